/** Bytes to text and back. */
import { base64, hex } from "@scure/base";
import { ReferralError } from "./errors.js";

/**
 * @param {string} untrusted  standard Base64 with padding, as the server sends sealed files
 * @returns {Uint8Array}
 */
export function fromBase64(untrusted) {
  try {
    return base64.decode(untrusted);
  } catch {
    throw new ReferralError("damaged", "base64");
  }
}

/** @param {Uint8Array} bytes @returns {string} */
export const toBase64 = (bytes) => base64.encode(bytes);

/** @param {string} text  lower-case hex that was checked @returns {Uint8Array} */
export const fromHex = (text) => hex.decode(text);

/** @param {Uint8Array} bytes @returns {string} */
export const toHex = (bytes) => hex.encode(bytes);

/** @param {string} text @returns {Uint8Array} */
export const utf8 = (text) => new TextEncoder().encode(text);

/** The bytes as Latin-1, for patterns over what is mostly ASCII. @param {Uint8Array} bytes @returns {string} */
export const latin = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** @param {...Uint8Array} parts @returns {Uint8Array} */
export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
