/**
 * naru-open.html: opens sealed files from disk, without network and without trusting any server's script. The page carries everything
 * within itself; its CSP lets nothing in and nothing out.
 */
import { busy, el, fill, focus, notice } from "./dom.js";
import { ReferralError, told } from "./errors.js";
import { bytesOf } from "./files.js";
import { IDLE_MILLISECONDS } from "./holding.js";
import { readIdentity, unwrapByWords } from "./identity.js";
import { openSealed } from "./sealing.js";
import { shown } from "./showing.js";
import { takingFurther } from "./taking.js";
import { block, say, sayError, speak } from "./words.js";

/** @typedef {"ko"|"zh"|"en"} Lang */
/** @typedef {Record<Lang, {words: Record<string, string>, labels: import("./lines.js").Labels}>} Catalogue */

const LANGS = /** @type {Lang[]} */ (["ko", "zh", "en"]);
/** @type {Catalogue} */
const catalogue = block("catalogue");
const main = /** @type {HTMLElement} */ (document.getElementById("main"));

/** Show the page in a language. @param {Lang} lang */
function show(lang) {
  speak(catalogue[lang].words);
  document.documentElement.lang = lang === "zh" ? "zh-Hans" : lang;
  document.title = say("opener.title");
  const result = el("div", {});
  fill(main, languages(lang), el("h1", {}, say("opener.title")), el("p", {}, say("opener.what")), form(lang, result), result);
}

/** @param {Lang} chosen */
function languages(chosen) {
  const names = { ko: "한국어", zh: "中文", en: "English" };
  return el("p", { class: "langs" }, ...LANGS.map((lang) => el("button", { type: "button", class: "quiet", lang, "aria-pressed": String(lang === chosen), click: () => show(lang) }, names[lang])));
}

/** @param {Lang} lang @param {HTMLElement} result */
function form(lang, result) {
  const sealed = el("input", { type: "file", id: "sealed", multiple: true, required: true });
  const key = el("input", { type: "file", id: "key", required: true });
  const words = el("input", { type: "text", id: "words-typed", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: "60" });
  const signer = el("input", { type: "text", id: "signer", autocomplete: "off", spellcheck: "false", maxlength: "64", pattern: "[0-9a-f]{64}" });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    return busy(event, async () => {
      try {
        const identity = await identityFrom(await bytesOf(/** @type {File} */ (key.files?.[0])), words.value, signer.value);
        words.value = "";
        await open([...(sealed.files ?? [])], identity, lang, result);
      } catch (error) {
        fill(result, notice("bad", el("p", {}, sayError(told(error)))));
      }
    });
  };
  return el(
    "form",
    { submit },
    el("label", { for: "sealed" }, say("opener.files")), sealed,
    el("label", { for: "key" }, say("opener.key")), el("span", { class: "hint" }, say("opener.key_hint")), key,
    el("label", { for: "words-typed" }, say("js.unlock.words")), el("span", { class: "hint" }, say("opener.words_hint")), words,
    el("details", {}, el("summary", {}, say("opener.signer")), el("label", { for: "signer" }, say("opener.signer_label")), el("span", { class: "hint" }, say("opener.signer_hint")), signer),
    el("button", {}, say("js.unlock.open")),
  );
}

/**
 * An identity from its file: plain as `naru keygen` writes it, or wrapped under words.
 * @param {Uint8Array} untrusted @param {string} words @param {string} signer  hex, where the file names none
 * @returns {Promise<import("./identity.js").Identity>}
 */
async function identityFrom(untrusted, words, signer) {
  const text = new TextDecoder("latin1").decode(untrusted);
  const identity = text.startsWith("age-encryption.org/") ? await unwrapByWords(untrusted, words) : await readIdentity(text);
  const signers = signer ? [signer] : identity.signers;
  if (signers.length === 0) throw new ReferralError("not_trusted", "signer");
  return { ...identity, signers };
}

/** @param {readonly File[]} files @param {import("./identity.js").Identity} identity @param {Lang} lang @param {HTMLElement} result */
async function open(files, identity, lang, result) {
  const results = [];
  for (const file of files) {
    try {
      results.push({ file: nothing, opened: await openSealed(await bytesOf(file), identity.secret, identity.signers), error: null });
    } catch (error) {
      results.push({ file: nothing, opened: null, error: told(error) });
    }
  }
  const { labels } = catalogue[lang];
  const view = shown(results, labels, { referral_id: "", partner: "", version: 0, state: "", signers: [], files: [] }, identity, Date.now());
  const referrals = results.flatMap(({ opened }) => (opened ? [opened.referral] : []));
  fill(result, view, referrals.length > 0 && takingFurther(referrals, labels));
  focus(view);
  closeWhenIdle();
}

const nothing = { packet_id: "", kind: "", received: 0, sealed: [] };

/** After 15 idle minutes nothing stays on the screen. */
function closeWhenIdle() {
  let touched = Date.now();
  for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, () => (touched = Date.now()), { passive: true });
  setInterval(() => Date.now() - touched >= IDLE_MILLISECONDS && location.reload(), 10_000);
}

show(LANGS.find((lang) => navigator.language.startsWith(lang)) ?? "en");
