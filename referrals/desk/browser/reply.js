/** A reply, `naru-reply/1`: the mirror of referrals/reply.py, sealed to the key made from her return code. */
import { encode } from "./canonical.js";
import { ReferralError } from "./errors.js";
import { MAX_TEXT } from "./lints.js";
import { sealBytes } from "./sealing.js";

/** Codes of the closed questions, in their order; as referrals/questions.py. */
export const QUESTIONS = ["q_when_alone", "q_can_leave", "q_under18", "q_ill", "q_still"];

/** @typedef {{text: string} | {question: string}} Said */

/**
 * The canonical bytes of a reply; raises ReferralError "malformed" for what she could not be shown.
 * @param {Said} said @param {import("./referral.js").Envelope} envelope @param {Date} now
 * @returns {Uint8Array}
 */
export function replyBytes(said, envelope, now) {
  const written = `${now.toISOString().slice(0, 13)}:00Z`; // the hour: the finest time that leaves the house
  if ("text" in said ? !isParagraph(said.text) : !QUESTIONS.includes(said.question)) throw new ReferralError("malformed", "reply");
  return encode({ format: "naru-reply/1", referral_id: envelope.referral_id, partner: envelope.partner, written, ...said });
}

/**
 * Seal a reply so that only her return code opens it.
 * @param {Said} said @param {import("./referral.js").Envelope} envelope @param {Date} now
 * @returns {Promise<Uint8Array>}
 */
export async function sealReply(said, envelope, now) {
  if (envelope.reply_to === undefined) throw new ReferralError("recipient", "reply_to");
  return sealBytes(replyBytes(said, envelope, now), [envelope.reply_to]);
}

/** One paragraph of 1 to 300 characters, without control characters and line breaks. @param {string} text @returns {boolean} */
export function isParagraph(text) {
  const length = [...text].length; // code points, as Python counts
  const whole = !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text);
  return whole && length >= 1 && length <= MAX_TEXT && text.trim() !== "" && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}
