/** The form of a referral, `naru-referral/1`: the closed tables of referrals/referral.py, checked member by member. */
import { decode, parse } from "./canonical.js";
import { ReferralError } from "./errors.js";

/**
 * @typedef {object} Packet  what she chose to send; absent where she did not
 * @property {"now"|"days"|"normal"} [class]
 * @property {string} [urgent]
 * @property {string} [country]
 * @property {"ko"|"zh"} [language]
 * @property {string[]} [needs]
 * @property {string[]} [situations]
 * @property {"high"|"raised"} [danger]
 * @property {string[]} [with]
 * @property {string[]} [helper]
 * @property {string} [contact]
 * @property {string} [band]
 * @property {string} [check]
 * @property {string} [answer]
 * @property {"money"|"unsafe"} [report]
 * @property {string} [about]
 * @property {string[]} [flags]
 */
/**
 * @typedef {object} Envelope
 * @property {string} referral_id
 * @property {"referral"|"addition"|"withdrawal"|"report"} kind
 * @property {string} partner
 * @property {number} directory_version
 * @property {string} created  UTC hour
 * @property {string} expires  UTC hour
 * @property {string} consent
 * @property {string} questionnaire
 * @property {string} [reply_to]
 */
/** @typedef {{format: "naru-referral/1", envelope: Envelope, packet: Packet}} Referral */
/** @typedef {(value: unknown) => boolean} Rule */

export const FORMAT = "naru-referral/1";
const FORMAT_NAME = "naru-referral/";
const MAX_CODES = 16; // as referral._MAX_CODES

/** @param {RegExp} pattern @returns {Rule} */
const text = (pattern) => (value) => typeof value === "string" && pattern.test(value);

/** @param {string} prefix @returns {RegExp} */
const code = (prefix) => new RegExp(`^${prefix}[a-z0-9_]{1,30}$`);

/** @param {string} prefix @returns {Rule} */
const codes = (prefix) => (value) =>
  Array.isArray(value) &&
  value.length >= 1 && // an empty list is left out of the canonical form
  value.length <= MAX_CODES &&
  value.every((each) => text(code(prefix))(each)) &&
  new Set(value).size === value.length;

/** @param {...string} words @returns {Rule} */
const oneOf = (...words) => (value) => typeof value === "string" && words.includes(value);

/** @param {Rule} rule @returns {Rule} */
const maybe = (rule) => (value) => value === undefined || rule(value);

/** @type {Rule} */
export const isHour = (value) => {
  if (typeof value !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:00Z$/.test(value)) return false;
  const moment = new Date(`${value.slice(0, -1)}:00Z`); // the year 0000 is none in Python; a Date has it
  return !Number.isNaN(moment.getTime()) && moment.toISOString().slice(0, 16) === value.slice(0, -1) && !value.startsWith("0000");
};
/** @type {Rule} */
export const isVersion = (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
export const isId = text(/^[0-9a-f]{32}$/);
export const isPartner = text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
export const isRecipient = text(/^age1pq1[02-9ac-hj-np-z]{1952}$/);

/** @type {Record<string, Rule>} */
const ENVELOPE = {
  referral_id: isId,
  kind: oneOf("referral", "addition", "withdrawal", "report"),
  partner: isPartner,
  directory_version: isVersion,
  created: isHour,
  expires: isHour,
  consent: isId,
  questionnaire: text(/^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$/),
  reply_to: maybe(isRecipient),
};

/** @type {Record<string, Rule>} */
const PACKET = {
  class: maybe(oneOf("now", "days", "normal")),
  urgent: maybe(text(code("u_"))),
  country: maybe(text(/^([A-Z]{2}|other)$/)),
  language: maybe(oneOf("ko", "zh")),
  needs: maybe(codes("n_")),
  situations: maybe(codes("s_")),
  danger: maybe(oneOf("high", "raised")),
  with: maybe(codes("w_")),
  helper: maybe(codes("t_")),
  contact: maybe(text(code("c_"))),
  band: maybe(text(/^[0-9a-z][0-9a-z_-]{0,31}$/)),
  check: maybe(text(/^[a-z]{2,16}$/)),
  answer: maybe(text(/^q_[a-z0-9_]{1,30}\.[a-z0-9_]{1,30}$/)),
  report: maybe(oneOf("money", "unsafe")),
  about: maybe(isPartner),
  flags: maybe(codes("")),
};

/**
 * Check an object against a closed table.
 * @param {unknown} value @param {Record<string, Rule>} table @param {string} place
 */
export function checkTable(value, table, place) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new ReferralError("malformed", place);
  for (const [name, rule] of Object.entries(table)) {
    if (!rule(Object.hasOwn(value, name) ? /** @type {Record<string, unknown>} */ (value)[name] : undefined)) throw new ReferralError("malformed", `${place}.${name}`);
  }
  // The name of an unknown member is the sender's text, and not repeated.
  if (Object.keys(value).some((name) => !Object.hasOwn(table, name))) throw new ReferralError("malformed", place);
}

/** @param {unknown} value @returns {Referral} */
function checked(value) {
  checkTable(value, { format: oneOf(FORMAT), envelope: () => true, packet: () => true }, "document");
  const document = /** @type {Record<string, unknown>} */ (value);
  checkTable(document.envelope, ENVELOPE, "envelope");
  checkTable(document.packet, PACKET, "packet");
  const referral = /** @type {Referral} */ (value);
  const { envelope, packet } = referral;
  if (envelope.kind === "withdrawal" && Object.keys(packet).length > 0) throw new ReferralError("malformed", "document");
  if ((envelope.kind === "report") !== (packet.report !== undefined)) throw new ReferralError("malformed", "document");
  if (packet.answer !== undefined && envelope.kind !== "addition") throw new ReferralError("malformed", "document");
  return referral;
}

/**
 * Read a referral; raises ReferralError "too_new" or "malformed".
 * @param {Uint8Array} untrusted @returns {Referral}
 */
export function readReferral(untrusted) {
  const document = parse(untrusted);
  const format = document !== null && typeof document === "object" && "format" in document ? document.format : undefined;
  if (typeof format === "string" && format.startsWith(FORMAT_NAME) && format !== FORMAT) throw new ReferralError("too_new", "format");
  return decode(untrusted, checked);
}

/**
 * Whether a referral is past its hour: information for the caseworker, no reason to refuse it.
 * @param {Envelope} envelope @param {number} now  milliseconds since 1970
 */
export const expired = (envelope, now) => now >= Date.parse(`${envelope.expires.slice(0, -1)}:00Z`);
