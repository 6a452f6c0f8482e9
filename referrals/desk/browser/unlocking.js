/** Asks her for her key: by her passkey where it was wrapped so, by her words otherwise. */
import { busy, button, el, fill, notice } from "./dom.js";
import { told } from "./errors.js";
import { fromBase64 } from "./bytes.js";
import { hold } from "./holding.js";
import { unwrapByPasskey, unwrapByWords } from "./identity.js";
import { ReferralError } from "./errors.js";
import { say, sayError } from "./words.js";

/** @typedef {{kind: import("./identity.js").Kind, sealed: string}} Wrap */
/** @typedef {{recipient: string | null, state: string | null, passkey: boolean, signers: string[], wraps: Wrap[]}} Own  what the server keeps of her key */

/**
 * A form that unlocks her key and holds it for this tab.
 * @param {Own} own @param {(identity: import("./identity.js").Identity) => unknown} unlocked
 * @returns {HTMLElement}
 */
export function unlocking(own, unlocked) {
  const said = el("div", {});
  const open = async (/** @type {() => Promise<import("./identity.js").Identity>} */ unwrap) => {
    try {
      const identity = await unwrap();
      if (identity.recipient !== own.recipient) throw new ReferralError("other_key", "recipient");
      await hold(identity);
      await unlocked(identity);
    } catch (error) {
      fill(said, notice("bad", el("p", {}, sayError(told(error)))));
    }
  };
  const passkey = own.wraps.find(({ kind }) => kind === "passkey");
  const words = own.wraps.find(({ kind }) => kind === "words");
  return el(
    "div",
    { class: "unlocking" },
    said,
    passkey && el("p", {}, button(say("js.unlock.passkey"), (event) => busy(event, () => open(() => unwrapByPasskey(fromBase64(passkey.sealed)))))),
    words && byWords(words, open, passkey !== undefined),
  );
}

/**
 * @param {Wrap} wrap @param {(unwrap: () => Promise<import("./identity.js").Identity>) => Promise<void>} open
 * @param {boolean} second  whether a passkey stands before it
 */
function byWords(wrap, open, second) {
  const input = el("input", { type: "text", id: "unlock-words", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", required: true, maxlength: "60" });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    return busy(event, () => open(() => unwrapByWords(fromBase64(wrap.sealed), input.value)));
  };
  const form = el("form", { submit }, el("label", { for: "unlock-words" }, say("js.unlock.words")), el("span", { class: "hint", id: "unlock-hint" }, say("js.unlock.words_hint")), input, el("button", { class: second ? "second" : undefined }, say("js.unlock.open")));
  input.setAttribute("aria-describedby", "unlock-hint");
  return second ? el("details", {}, el("summary", {}, say("js.unlock.instead")), form) : form;
}
