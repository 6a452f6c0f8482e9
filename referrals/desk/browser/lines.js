/**
 * What an opened referral says, line by line, in keys: the mirror of bot/dialogue/consent.lines and bot/opened.lines, with the
 * answers that decide first. The words come from the bot's reviewed catalogues.
 */
import { expired } from "./referral.js";

/** @typedef {{key: string, fill?: Record<string, Line | string>}} Line */
/** @typedef {Readonly<Record<string, string>>} Labels  words by key, places in braces */

export const DANGER_WORD = "danger_word"; // the flag of a case that was marked by her danger word

const SINGLE = /** @type {const} */ ({ class: "line.klass", urgent: "u1_what", country: "q5_country", language: "line.language" });
const EARLY = /** @type {const} */ ({ needs: ["need", "q6_needs"], situations: ["situation", "q7_situation"] });
const LATE = /** @type {const} */ ({ with: ["with", "q8_with"], helper: ["helper", "q9_talk"] });
const NAMES = { class: "klass" };

/**
 * Every answer in the packet, in the order in which she saw them.
 * @param {import("./referral.js").Packet} packet @returns {Line[]}
 */
export function packetLines(packet) {
  /** @type {Line[]} */
  const said = [];
  for (const [field, words] of Object.entries(SINGLE)) {
    const value = packet[/** @type {keyof typeof SINGLE} */ (field)];
    if (value !== undefined) said.push(line(`line.${field === "class" ? NAMES.class : field}`, `${words}.${value}`));
  }
  said.push(...several(packet, EARLY));
  if (packet.danger !== undefined) said.push(line("line.danger", `line.danger.${packet.danger}`));
  said.push(...several(packet, LATE));
  if (packet.contact !== undefined) said.push(contact(packet.contact, packet.band));
  if (packet.check !== undefined) said.push(line("line.check", `word.${packet.check}`));
  if (packet.answer !== undefined) said.push(answer(packet.answer));
  if (packet.report !== undefined) said.push(line("line.report", `line.report.${packet.report}`));
  for (const flag of packet.flags ?? []) said.push({ key: `flag.${flag}` });
  if (packet.about !== undefined) said.push({ key: "line.about", fill: { value: packet.about } });
  return said;
}

/** @param {import("./referral.js").Packet} packet @param {Readonly<Record<string, readonly [string, string]>>} fields @returns {Line[]} */
function several(packet, fields) {
  return Object.entries(fields).flatMap(([field, [name, words]]) =>
    (packet[/** @type {"needs"} */ (field)] ?? []).map((code) => line(`line.${name}`, `${words}.${code}`)),
  );
}

/** @param {string} mode @param {string | undefined} band @returns {Line} */
function contact(mode, band) {
  const value = { key: `q10_contact.${mode}` };
  if (band === undefined) return { key: "line.contact", fill: { value } };
  return { key: "line.contact", fill: { value: { key: "line.both", fill: { first: value, second: { key: `q10_band.${band}` } } } } };
}

/** Her answer to a closed question, and the question. @param {string} code  "q_ill.today" @returns {Line} */
const answer = (code) => ({ key: "line.answer", fill: { question: { key: code.split(".")[0] }, value: { key: code } } });

/** @param {string} label @param {string} value @returns {Line} */
const line = (label, value) => ({ key: label, fill: { value: { key: value } } });

/**
 * The envelope: ids without meaning, hours, and what can be answered.
 * @param {import("./referral.js").Envelope} envelope @param {number} now  milliseconds since 1970 @returns {Line[]}
 */
export function envelopeLines(envelope, now) {
  /** @type {[string, string][]} */
  const facts = [
    ["partner", envelope.partner],
    ["created", envelope.created],
    ["expires", envelope.expires],
    ["id", envelope.referral_id],
    ["list", String(envelope.directory_version)],
    ["questionnaire", envelope.questionnaire],
  ];
  return [
    ...facts.map(([name, value]) => ({ key: `open.${name}`, fill: { value } })),
    ...(expired(envelope, now) ? [{ key: "open.expired" }] : []),
    { key: envelope.reply_to === undefined ? "open.no_reply" : "open.reply" },
    { key: "open.signed" },
  ];
}

/**
 * A line in words. A code that these words don't know (of a newer questionnaire) is shown as itself: better than nothing.
 * @param {Line} line @param {Labels} labels @returns {string}
 */
export function say({ key, fill }, labels) {
  const words = Object.hasOwn(labels, key) ? labels[key] : Object.values(fill ?? {}).length ? "{value}" : key;
  return words.replace(/\{([a-z]+)\}/g, (place, name) => {
    const value = fill?.[name];
    return value === undefined ? place : typeof value === "string" ? value : say(value, labels);
  });
}
