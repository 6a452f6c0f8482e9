/** The composer: approved phrases at hand, lints as one writes, closed questions; cover talk only where her danger word was given. */
import { ask } from "./asking.js";
import { toBase64 } from "./bytes.js";
import { busy, button, el, fill, focus, notice } from "./dom.js";
import { told } from "./errors.js";
import { findings, MAX_TEXT } from "./lints.js";
import { inDanger, newest } from "./opening.js";
import { isParagraph, QUESTIONS, sealReply } from "./reply.js";
import { say, sayError } from "./words.js";

/** @typedef {import("./lints.js").Tongue} Tongue */
/**
 * @typedef {object} Case
 * @property {string} base  where answers go: /case/ID
 * @property {import("./opening.js").Sealed} sealed
 * @property {readonly import("./referral.js").Referral[]} referrals  that opened
 * @property {import("./casepage.js").CaseWords} words
 */

/** States in which nothing reaches her any more. */
const ENDED = new Set(["declined", "completed", "no_contact_30d", "withdrawn", "revoked", "expired"]);

/** @param {Case} of @returns {HTMLElement | null} */
export function composer(of) {
  const envelope = newest(of.referrals, ({ envelope: each }) => (each.reply_to ? each : undefined));
  if (ENDED.has(of.sealed.state)) return null;
  if (!envelope) return el("section", { class: "reply" }, el("h2", {}, say("js.reply.title")), el("p", {}, say("js.reply.no_key")));
  const tongue = newest(of.referrals, ({ packet }) => packet.language) ?? "ko";
  const said = el("div", { class: "said" });
  const send = (/** @type {import("./reply.js").Said} */ words) => sending(of, envelope, words, said);
  return el(
    "section",
    { class: "reply" },
    el("h2", {}, say("js.reply.title")),
    said,
    ...(inDanger(of.referrals) ? [coverTalk(of, tongue, send)] : [writing(of, tongue, send), asking(of, send)]),
  );
}

/**
 * Show what she will read, and send it when it is confirmed: it can't be called back.
 * @param {Case} of @param {import("./referral.js").Envelope} envelope @param {import("./reply.js").Said} words @param {HTMLElement} said
 */
function sending(of, envelope, words, said) {
  const reads = "text" in words ? words.text : (of.words.labels[words.question] ?? words.question);
  const confirmed = async () => {
    try {
      const sealed = await sealReply(words, envelope, new Date());
      const asks = "question" in words;
      const answer = await ask(`${of.base}/reply`, { version: of.sealed.version, sealed: toBase64(sealed), asks });
      of.sealed.version = answer.version;
      fill(said, notice("told", el("p", {}, say("js.reply.sent")), el("p", {}, el("a", { href: of.base }, say("js.reply.back_to_case")))));
    } catch (error) {
      const reason = told(error);
      fill(said, notice("bad", el("p", {}, sayError(reason)), reason.code === "conflict" && el("p", {}, el("a", { href: of.base }, say("js.reply.reload")))));
    }
  };
  const shown = notice(
    "told",
    el("p", {}, say("js.reply.reads")),
    el("blockquote", {}, reads),
    el("p", { class: "buttons" }, button(say("js.reply.confirm"), (event) => busy(event, confirmed)), button(say("js.reply.change"), () => fill(said), "second")),
  );
  fill(said, shown);
  focus(shown);
}

/** @param {Case} of @param {Tongue} first @param {(words: import("./reply.js").Said) => void} send */
function writing(of, first, send) {
  const field = el("textarea", { id: "reply-text", rows: "4", maxlength: String(MAX_TEXT * 2), lang: first, "aria-describedby": "reply-rules reply-count" });
  const count = el("span", { class: "hint", id: "reply-count" });
  const found = el("ul", { class: "findings", "aria-live": "polite" });
  const submit = el("button", {}, say("js.reply.look"));
  let tongue = first;
  const text = () => field.value.replace(/\s*\n\s*/g, " ").trim();
  const look = () => {
    const findingsNow = text() ? findings(text(), wordIn(of, tongue)) : [];
    fill(found, ...findingsNow.map((each) => el("li", { class: each.hard ? "bad" : "warn" }, sayFinding(each))));
    fill(count, say("js.reply.count", { count: [...text()].length, most: MAX_TEXT }));
    submit.disabled = !isParagraph(text()) || findingsNow.some(({ hard }) => hard);
  };
  const insert = (/** @type {string} */ phrase) => {
    field.value = [field.value.trim(), phrase].filter(Boolean).join(" ");
    look();
    field.focus();
  };
  const phrases = el("div", { class: "phrases" });
  const choose = (/** @type {Tongue} */ chosen) => {
    tongue = chosen;
    field.lang = chosen === "zh" ? "zh-Hans" : "ko";
    fill(phrases, ...phraseButtons(of, chosen, insert));
    look();
  };
  field.addEventListener("input", look);
  const form = el(
    "form",
    { submit: (event) => (event.preventDefault(), send({ text: text() })) },
    tongues(first, choose),
    el("details", { open: true }, el("summary", {}, say("js.reply.phrases")), phrases),
    el("label", { for: "reply-text" }, say("js.reply.text")),
    el("span", { class: "hint", id: "reply-rules" }, say("js.reply.rules")),
    field,
    count,
    found,
    submit,
  );
  choose(first);
  return form;
}

/** Her check word in a language, where she chose one. @param {Case} of @param {Tongue} tongue @returns {string | undefined} */
function wordIn(of, tongue) {
  const code = newest(of.referrals, ({ packet }) => packet.check);
  return code === undefined ? undefined : of.words.checks[tongue][code];
}

/** @param {import("./lints.js").Finding} finding @returns {string} */
function sayFinding({ rule, found, hard }) {
  const why = say(`js.lint.${rule.replace("-", "_")}`, { found });
  return hard ? say("js.lint.hard", { why }) : why;
}

/** @param {Case} of @param {Tongue} tongue @param {(phrase: string) => void} insert */
function phraseButtons(of, tongue, insert) {
  const word = wordIn(of, tongue);
  const own = word === undefined ? [] : [button(say("js.reply.word", { word }), () => insert(`${word}.`.replace(/\.$/, tongue === "zh" ? "。" : ".")), "second")];
  return [...own, ...Object.values(of.words.phrases[tongue]).map((phrase) => button(phrase, () => insert(phrase), "second"))];
}

/** @param {Tongue} first @param {(chosen: Tongue) => void} choose */
function tongues(first, choose) {
  const one = (/** @type {Tongue} */ tongue) =>
    el("label", { class: "choice" }, el("input", { type: "radio", name: "tongue", value: tongue, checked: tongue === first, change: () => choose(tongue) }), say(`js.reply.in_${tongue}`));
  return el("fieldset", {}, el("legend", {}, say("js.reply.tongue")), one("ko"), one("zh"));
}

/** @param {Case} of @param {(words: import("./reply.js").Said) => void} send */
function asking(of, send) {
  const chosen = el("select", { id: "reply-question" }, ...QUESTIONS.map((code) => el("option", { value: code }, of.words.labels[code] ?? code)));
  return el(
    "form",
    { submit: (event) => (event.preventDefault(), send({ question: chosen.value })) },
    el("h3", {}, say("js.ask.title")),
    el("label", { for: "reply-question" }, say("js.ask.which")),
    el("span", { class: "hint" }, say("js.ask.hint")),
    chosen,
    el("button", { class: "second" }, say("js.ask.look")),
  );
}

/** Nothing but sentences about nothing: whoever holds her phone may read them. @param {Case} of @param {Tongue} first @param {(words: import("./reply.js").Said) => void} send */
function coverTalk(of, first, send) {
  const choices = el("div", {});
  const choose = (/** @type {Tongue} */ tongue) =>
    fill(choices, ...Object.values(of.words.cover[tongue]).map((phrase) => el("p", {}, button(phrase, () => send({ text: phrase }), "second"))));
  choose(first);
  return el("div", {}, el("p", {}, say("js.reply.cover_only")), tongues(first, choose), choices);
}
