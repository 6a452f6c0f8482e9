/** Canonical JSON, as referrals/referral.py writes it: sorted keys, no spaces, UTF-8, integers only. */
import { ReferralError } from "./errors.js";

/** @typedef {unknown} Json  what JSON.parse returns, before anybody looked at it */

/**
 * The canonical bytes of a value whose keys are ASCII, so that sorting by UTF-16 unit is sorting by code point.
 * @param {Json} value @returns {Uint8Array}
 */
export function encode(value) {
  return new TextEncoder().encode(text(value));
}

/** @param {Json} value @returns {string} */
function text(value) {
  if (Array.isArray(value)) return `[${value.map(text).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${text(/** @type {Record<string, Json>} */ (value)[key])}`);
    return `{${members.join(",")}}`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new ReferralError("malformed", "number");
  return JSON.stringify(value);
}

/**
 * Read JSON, checked by `check` before it is compared with its canonical form (a second spelling is refused).
 * @template T
 * @param {Uint8Array} untrusted
 * @param {(value: Json) => T} check  raises ReferralError("malformed", place)
 * @returns {T}
 */
export function decode(untrusted, check) {
  const checked = check(parse(untrusted));
  if (!same(encode(checked), untrusted)) {
    throw new ReferralError("malformed", "canonical form");
  }
  return checked;
}

/**
 * Read JSON that nobody has checked yet.
 * @param {Uint8Array} untrusted @returns {Json}
 */
export function parse(untrusted) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(untrusted));
  } catch {
    throw new ReferralError("malformed", "document");
  }
}

/** @param {Uint8Array} one @param {Uint8Array} other @returns {boolean} */
export function same(one, other) {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}
