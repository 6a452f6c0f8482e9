/**
 * Seals open cases again for a colleague who joined, or who lost her key: decrypted and encrypted here, the bot's signature kept.
 * The digits are computed here from the very key that is sealed to, so that no server can put another in its place unseen.
 */
import { ask } from "./asking.js";
import { fromBase64, toBase64 } from "./bytes.js";
import { busy, button, el, fill, notice } from "./dom.js";
import { ReferralError, told } from "./errors.js";
import { held, watch } from "./holding.js";
import { fingerprint } from "./identity.js";
import { encrypt, openSealed } from "./sealing.js";
import { unlocking } from "./unlocking.js";
import { say, sayError } from "./words.js";

/** @typedef {{referral_id: string, packet_id: string, sealed: string[]}} Job */
/** @typedef {{recipient: string, partner: string, left: number, files: Job[]}} Batch */

/** @param {HTMLElement} place  data-account is the colleague's */
export async function start(place) {
  const path = `/reseal/${place.dataset.account}/files`;
  try {
    const [own, batch] = await Promise.all([ask("/key/own"), ask(path)]);
    if (own.recipient === null) return fill(place, notice("warn", el("p", {}, say("js.open.no_key"))));
    watch(() => location.reload());
    const offer = (/** @type {import("./identity.js").Identity} */ identity) => fill(place, confirming(place, path, batch, identity));
    const identity = await held(own.recipient);
    if (identity) offer(identity);
    else fill(place, el("p", {}, say("js.key.locked")), unlocking(own, offer));
  } catch (error) {
    fill(place, notice("bad", el("p", {}, sayError(told(error)))));
  }
}

/** @param {HTMLElement} place @param {string} path @param {Batch} batch @param {import("./identity.js").Identity} identity */
function confirming(place, path, batch, identity) {
  if (batch.left === 0) return notice("told", el("p", {}, say("js.reseal.nothing")));
  const heard = el("input", { type: "checkbox", required: true });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    return busy(event, async () => {
      try {
        await resealAll(place, path, batch, identity);
      } catch (error) {
        fill(place, notice("bad", el("p", {}, sayError(told(error)))), button(say("js.reseal.again"), () => location.reload()));
      }
    });
  };
  return el(
    "form",
    { submit },
    el("p", {}, say("js.reseal.count", { count: batch.left })),
    el("p", {}, say("js.reseal.digits")),
    el("p", { class: "secret" }, fingerprint(batch.recipient)),
    el("label", { class: "choice" }, heard, say("js.reseal.heard")),
    el("button", {}, say("js.reseal.do")),
  );
}

/**
 * One batch after another, to the one key whose digits she heard. What she can't open herself is passed over, and counted.
 * @param {HTMLElement} place @param {string} path @param {Batch} first @param {import("./identity.js").Identity} identity
 */
async function resealAll(place, path, first, identity) {
  let batch = first;
  let done = 0;
  let not = 0;
  while (batch.files.length > 0) {
    if (batch.recipient !== first.recipient) throw new ReferralError("other_key", "recipient");
    for (const file of batch.files) {
      const sealed = await resealed(file, batch.partner, first.recipient, identity);
      if (sealed === null) not += 1;
      else {
        await ask(`/case/${file.referral_id}/resealed`, { packet_id: file.packet_id, recipient: first.recipient, sealed: toBase64(sealed) });
        done += 1;
      }
      fill(place, notice("told", el("p", {}, say("js.reseal.progress", { done, count: first.left }))));
    }
    batch = await ask(`${path}?after=${/** @type {Job} */ (batch.files.at(-1)).packet_id}`);
  }
  fill(place, notice(not > 0 ? "warn" : "told", el("p", {}, say("js.reseal.done", { done })), not > 0 && el("p", {}, say("js.reseal.not", { count: not }))));
}

/**
 * The same content for another key, checked as for reading; null when none of the copies is for this identity.
 * @param {Job} file @param {string} partner @param {string} recipient @param {import("./identity.js").Identity} identity
 * @returns {Promise<Uint8Array | null>}
 */
export async function resealed(file, partner, recipient, identity) {
  for (const copy of file.sealed) {
    try {
      const opened = await openSealed(fromBase64(copy), identity.secret, identity.signers, partner);
      if (opened.referral.envelope.referral_id !== file.referral_id) throw new ReferralError("malformed", "referral_id");
      return await encrypt(opened.padded, [recipient]);
    } catch (error) {
      if (told(error).code !== "not_for_you") throw error;
    }
  }
  return null;
}
