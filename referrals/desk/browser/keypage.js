/** The page of her own key: made here, wrapped here, its words shown once; what the server gets is wrapped. */
import { ask } from "./asking.js";
import { fromBase64, toBase64 } from "./bytes.js";
import { busy, button, el, fill, focus, notice } from "./dom.js";
import { ReferralError, told } from "./errors.js";
import { saveFile } from "./files.js";
import { held, hold, watch } from "./holding.js";
import { fingerprint, newIdentity, newWords, readWords, signerFingerprint, unwrapByWords, wrapUnderPasskey, wrapUnderWords } from "./identity.js";
import { unknownSigners } from "./opening.js";
import { unlocking } from "./unlocking.js";
import { say, sayError } from "./words.js";

/** @typedef {import("./identity.js").Identity} Identity */
/** @typedef {import("./unlocking.js").Own} Own */

/** @param {HTMLElement} place */
export async function start(place) {
  const again = async () => {
    try {
      const own = await ask("/key/own");
      const identity = own.recipient === null ? null : await held(own.recipient);
      fill(place, own.recipient === null ? absent(place, own, again) : present(place, own, identity, again));
    } catch (error) {
      fill(place, failed(error));
    }
  };
  watch(again);
  await again();
}

/** @param {unknown} error */
const failed = (error) => notice("bad", el("p", {}, sayError(told(error))));

/** She has no key yet. @param {HTMLElement} place @param {Own} own @param {() => Promise<void>} again */
function absent(place, own, again) {
  if (own.signers.length === 0) return notice("warn", el("p", {}, say("js.key.no_signers")));
  return el(
    "div",
    {},
    el("p", {}, say("js.key.why")),
    ...own.signers.map((each) => el("p", { class: "hint" }, say("js.signer.pinned", { digits: signerFingerprint(each) }))),
    el("p", {}, button(say("js.key.make"), (event) => busy(event, async () => making(place, await newIdentity(own.signers), own, null, again)))),
  );
}

/**
 * Show new words for an identity, and keep nothing before she has them.
 * @param {HTMLElement} place @param {Identity} identity @param {Own} own
 * @param {string | null} replaces  the recipient of the key that is lost, or null
 * @param {() => Promise<void>} again
 */
function making(place, identity, own, replaces, again) {
  const said = el("div", {});
  const kept = async (/** @type {string} */ words) => {
    try {
      const wraps = [{ kind: "words", sealed: toBase64(await wrapUnderWords(identity, words)) }];
      const passkey = own.passkey ? await passkeyWrap(identity) : null;
      if (passkey) wraps.push(passkey);
      await ask("/key/own", { recipient: identity.recipient, wraps, replaces });
      await hold(identity);
      await again();
    } catch (error) {
      fill(said, failed(error));
    }
  };
  fill(place, said, sheet(identity, kept));
}

/** Where the authenticator has no PRF, words alone remain. @param {Identity} identity */
async function passkeyWrap(identity) {
  try {
    return { kind: "passkey", sealed: toBase64(await wrapUnderPasskey(identity)) };
  } catch {
    return null;
  }
}

/**
 * The recovery sheet: new words, shown once; she goes on by writing down their last group.
 * @param {Identity} identity @param {(words: string) => Promise<void>} kept
 */
function sheet(identity, kept) {
  const words = newWords();
  const said = el("div", {});
  const input = el("input", { type: "text", id: "last-group", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", required: true, maxlength: "8" });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    return busy(event, async () => {
      if (hasLastGroup(words, input.value)) await kept(words);
      else fill(said, notice("bad", el("p", {}, say("js.sheet.not_the_group"))));
    });
  };
  const shown = el(
    "section",
    { class: "card recovery" },
    el("h2", {}, say("js.sheet.title")),
    el("p", {}, say("js.sheet.what")),
    el("p", { class: "secret words" }, words),
    el("p", {}, say("js.sheet.digits")),
    el("p", { class: "secret" }, fingerprint(identity.recipient)),
    el("p", {}, say("js.sheet.keep")),
    el("p", {}, button(say("js.sheet.print"), () => window.print(), "second")),
  );
  focus(shown);
  return el("div", {}, shown, said, el("form", { submit }, el("label", { for: "last-group" }, say("js.sheet.last_group")), input, el("button", {}, say("js.sheet.done"))));
}

/** @param {string} words @param {string} untrusted @returns {boolean} */
function hasLastGroup(words, untrusted) {
  try {
    return readWords(words.slice(0, -4) + untrusted) === words;
  } catch {
    return false;
  }
}

/** She has a key. @param {HTMLElement} place @param {Own} own @param {Identity | null} identity @param {() => Promise<void>} again */
function present(place, own, identity, again) {
  const recipient = /** @type {string} */ (own.recipient);
  return el(
    "div",
    {},
    el("dl", { class: "facts" },
      el("dt", {}, say("js.key.digits")), el("dd", { class: "code" }, fingerprint(recipient)),
      el("dt", {}, say("js.key.state")), el("dd", {}, say(`js.key.state.${own.state}`)),
      el("dt", {}, say("js.key.ways")), el("dd", {}, own.wraps.map(({ kind }) => say(`js.key.way.${kind}`)).join(", ")),
    ),
    identity ? unlockedPart(place, own, identity, again) : el("div", {}, el("p", {}, say("js.key.locked")), unlocking(own, again)),
    carrying(own),
    lost(place, own, again),
  );
}

/** Her key as a file, wrapped under her words: for naru-open.html, which needs no server. @param {Own} own */
function carrying(own) {
  const wrap = own.wraps.find(({ kind }) => kind === "words");
  if (!wrap) return null;
  const save = () => saveFile(new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (fromBase64(wrap.sealed))]), "key.age");
  return el("details", {}, el("summary", {}, say("js.key.carry")), el("p", {}, say("js.key.carry_what")), el("p", {}, button(say("js.key.carry_save"), save, "second")));
}

/** @param {HTMLElement} place @param {Own} own @param {Identity} identity @param {() => Promise<void>} again */
function unlockedPart(place, own, identity, again) {
  const said = el("div", {});
  const put = async (/** @type {Identity} */ of, /** @type {"words"|"passkey"} */ kind, /** @type {Uint8Array} */ sealed) => {
    await ask("/key/wraps", { recipient: of.recipient, kind, sealed: toBase64(sealed) });
    await hold(of);
  };
  const doing = (/** @type {() => Promise<void>} */ work) => async (/** @type {Event} */ event) =>
    busy(event, async () => {
      try {
        await work();
      } catch (error) {
        fill(said, failed(error));
      }
    });
  const addPasskey = async () => (await put(identity, "passkey", await wrapUnderPasskey(identity)), await again());
  const renew = async () => fill(place, sheet(identity, async (words) => (await put(identity, "words", await wrapUnderWords(identity, words)), await again())));
  return el(
    "div",
    {},
    notice("told", el("p", {}, say("js.key.unlocked"))),
    said,
    trusting(own, identity, put, again),
    el(
      "p",
      { class: "buttons" },
      button(say("js.key.new_words"), doing(renew), "second"),
      own.passkey && button(say("js.key.add_passkey"), doing(addPasskey), "second"),
    ),
  );
}

/**
 * Bots' keys that the server names and she never pinned: she compares the digits with the operator, then pins them.
 * @param {Own} own @param {Identity} identity
 * @param {(of: Identity, kind: "words"|"passkey", sealed: Uint8Array) => Promise<void>} put @param {() => Promise<void>} again
 */
function trusting(own, identity, put, again) {
  const unknown = unknownSigners(own.signers, identity);
  if (unknown.length === 0) return null;
  const said = el("div", {});
  const trusted = { ...identity, signers: [...identity.signers, ...unknown] };
  const words = el("input", { type: "text", id: "trust-words", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", required: true, maxlength: "60" });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    return busy(event, async () => {
      try {
        const old = own.wraps.find(({ kind }) => kind === "words");
        if (!old) throw new ReferralError("words", "wrap");
        await unwrapByWords(fromBase64(old.sealed), words.value); // the same words stay on her paper
        if (own.wraps.some(({ kind }) => kind === "passkey")) await put(trusted, "passkey", await wrapUnderPasskey(trusted));
        await put(trusted, "words", await wrapUnderWords(trusted, words.value));
        await again();
      } catch (error) {
        fill(said, failed(error));
      }
    });
  };
  return el(
    "section",
    { class: "warn" },
    el("p", {}, say("js.signer.changed")),
    ...unknown.map((each) => el("p", { class: "code" }, signerFingerprint(each))),
    el("details", {}, el("summary", {}, say("js.signer.trust")), el("form", { submit }, el("p", {}, say("js.signer.compare")), el("label", { for: "trust-words" }, say("js.unlock.words")), words, el("button", {}, say("js.signer.pin"))), said),
  );
}

/** A key that is lost opens nothing more for her: a new one, which colleagues then seal open cases to. @param {HTMLElement} place @param {Own} own @param {() => Promise<void>} again */
function lost(place, own, again) {
  const make = (/** @type {Event} */ event) => busy(event, async () => making(place, await newIdentity(own.signers), own, own.recipient, again));
  return el("details", {}, el("summary", {}, say("js.key.lost")), el("p", {}, say("js.key.lost_what")), el("p", {}, button(say("js.key.lost_make"), make, "danger")));
}
