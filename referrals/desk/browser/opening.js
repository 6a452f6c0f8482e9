/** Opens the sealed files of one case: each by whichever of its copies is hers, each with its own error when it can't be. */
import { fromBase64 } from "./bytes.js";
import { ReferralError, told } from "./errors.js";
import { DANGER_WORD } from "./lines.js";
import { openSealed } from "./sealing.js";

/** @typedef {{packet_id: string, kind: string, received: number, sealed: string[]}} SealedFile  sealed: Base64, the first as it came, then copies */
/**
 * What the server gives of a case: nothing in it can be read without her key.
 * @typedef {object} Sealed
 * @property {string} referral_id
 * @property {string} partner
 * @property {number} version
 * @property {string} state
 * @property {string[]} signers  hex
 * @property {SealedFile[]} files
 */
/** @typedef {{file: SealedFile, opened: import("./sealing.js").Opened | null, error: ReferralError | null}} Result */

/**
 * Open every file; none of them stops another.
 * @param {Sealed} sealed @param {import("./identity.js").Identity} identity @returns {Promise<Result[]>}
 */
export async function openAll(sealed, identity) {
  const results = [];
  for (const file of sealed.files) results.push(await openFile(file, sealed, identity));
  return results;
}

/** @param {SealedFile} file @param {Sealed} sealed @param {import("./identity.js").Identity} identity @returns {Promise<Result>} */
async function openFile(file, sealed, identity) {
  let error = new ReferralError("not_for_you", "stanza");
  for (const copy of file.sealed) {
    try {
      const opened = await openSealed(fromBase64(copy), identity.secret, identity.signers, sealed.partner);
      // A server that puts one person's file under another's case would have her answered with another's words.
      if (opened.referral.envelope.referral_id !== sealed.referral_id) throw new ReferralError("malformed", "referral_id");
      return { file, opened, error: null };
    } catch (failed) {
      const reason = told(failed);
      if (reason.code !== "not_for_you" || error.code === "not_for_you") error = reason;
      if (reason.code === "identity") break;
    }
  }
  return { file, opened: null, error };
}

/**
 * The referrals that opened, in the order of their files.
 * @param {readonly Result[]} results @returns {import("./referral.js").Referral[]}
 */
export const referralsOf = (results) => results.flatMap(({ opened }) => (opened ? [opened.referral] : []));

/**
 * Whether she answered with her danger word: then somebody reads along, and only cover talk may reach her.
 * @param {readonly import("./referral.js").Referral[]} referrals @returns {boolean}
 */
export const inDanger = (referrals) => referrals.some(({ packet }) => packet.flags?.includes(DANGER_WORD));

/**
 * The first of the case's referrals that holds what is looked for: her word, the key to answer to, her language.
 * @template T
 * @param {readonly import("./referral.js").Referral[]} referrals
 * @param {(referral: import("./referral.js").Referral) => T | undefined} look
 * @returns {T | undefined}
 */
export function newest(referrals, look) {
  for (const referral of [...referrals].reverse()) {
    const found = look(referral);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Bots' keys that the server names and she never pinned: shown to her, never believed.
 * @param {readonly string[]} named @param {import("./identity.js").Identity} identity @returns {string[]}
 */
export const unknownSigners = (named, identity) => named.filter((each) => !identity.signers.includes(each));
