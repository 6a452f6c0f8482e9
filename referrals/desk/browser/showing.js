/** An opened case on the screen: her answers first, so that it is read in twenty seconds; then her word; the envelope last. */
import { el, notice } from "./dom.js";
import { envelopeLines, packetLines, say as sayLine } from "./lines.js";
import { inDanger, newest, referralsOf, unknownSigners } from "./opening.js";
import { say, sayError } from "./words.js";
import { signerFingerprint } from "./identity.js";

const SPLIT = /^([^:：]{1,80})[:：]\s*(.+)$/su; // "Country: China" -> what and which; a line without a colon stays whole

/**
 * Everything that opened, and a plain word about what did not.
 * @param {readonly import("./opening.js").Result[]} results
 * @param {import("./lines.js").Labels} labels
 * @param {import("./opening.js").Sealed} sealed
 * @param {import("./identity.js").Identity} identity
 * @param {number} now  milliseconds since 1970
 * @returns {HTMLElement}
 */
export function shown(results, labels, sealed, identity, now) {
  const referrals = referralsOf(results);
  return el(
    "div",
    { class: "opened" },
    inDanger(referrals) && danger(),
    signerNote(unknownSigners(sealed.signers, identity)),
    ...results.map((result) => (result.opened ? packet(result.opened.referral, labels, now) : failure(result))),
    checkWord(referrals, labels),
  );
}

/** She answered with her danger word: big, calm, and first. @returns {HTMLElement} */
function danger() {
  return el("section", { class: "bad duress", role: "alert" }, el("h3", {}, say("js.danger.title")), el("p", {}, say("js.danger.what")), el("p", {}, say("js.danger.do")));
}

/** @param {import("./referral.js").Referral} referral @param {import("./lines.js").Labels} labels @param {number} now */
function packet({ envelope, packet: answers }, labels, now) {
  const lines = packetLines(answers);
  // The danger word stands above all of it; her own word below, once, or, where somebody reads along, nowhere.
  const rows = lines.filter(({ key }) => key !== "flag.danger_word" && key !== "line.check").map((line) => split(sayLine(line, labels)));
  return el(
    "article",
    { class: "card packet" },
    el("h3", {}, sayLine({ key: `open.kind.${envelope.kind}` }, labels)),
    el("dl", { class: "facts" }, ...rows.flatMap(([what, which]) => [el("dt", {}, what), el("dd", {}, which)])),
    lines.length === 0 && el("p", {}, sayLine({ key: "open.nothing" }, labels)),
    el(
      "details",
      {},
      el("summary", {}, say("js.open.envelope")),
      el("ul", {}, ...envelopeLines(envelope, now).map((line) => el("li", {}, sayLine(line, labels)))),
    ),
  );
}

/** @param {string} words @returns {[string, string]} */
function split(words) {
  const parts = SPLIT.exec(words);
  return parts ? [parts[1], parts[2]] : [say("js.open.note"), words];
}

/** Her word, and the rule by which alone she knows her helper. @param {readonly import("./referral.js").Referral[]} referrals @param {import("./lines.js").Labels} labels */
function checkWord(referrals, labels) {
  if (referrals.length === 0 || inDanger(referrals)) return null;
  const word = newest(referrals, ({ packet: { check } }) => check);
  const rule = word === undefined ? [el("p", {}, say("js.check.none"))] : [el("p", {}, say("js.check.rule"))];
  return el(
    "section",
    { class: "card check" },
    el("h3", {}, say("js.check.title")),
    word !== undefined && el("p", { class: "secret" }, sayLine({ key: `word.${word}` }, labels)),
    ...rule,
    el("p", {}, sayLine({ key: "open.rules" }, labels)),
  );
}

/** @param {import("./opening.js").Result} result */
function failure({ error }) {
  const code = error?.code === "not_for_you" ? say("js.open.waits_for_colleague") : error ? sayError(error) : "";
  return notice(error?.code === "not_for_you" ? "warn" : "bad", el("p", {}, code), el("p", { class: "hint" }, error?.place ? `${error.code} · ${error.place}` : error?.code));
}

/** @param {readonly string[]} unknown  signers that she never pinned */
function signerNote(unknown) {
  if (unknown.length === 0) return null;
  return notice("warn", el("p", {}, say("js.signer.changed")), ...unknown.map((each) => el("p", { class: "code" }, signerFingerprint(each))));
}
