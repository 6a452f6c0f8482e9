/** The words of a page: handed to it as data in its language, and filled in here. */

/** @type {Readonly<Record<string, string>>} */
let words = {};

/** Speak with these words from now on. @param {Readonly<Record<string, string>>} chosen */
export function speak(chosen) {
  words = chosen;
}

/** What a data block of the page holds. @param {string} id @returns {any} */
export function block(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}");
}

/**
 * The words under a key, with their places filled; a key without words is shown as itself, so that a slip is seen.
 * @param {string} key @param {Record<string, string | number>} [fill] @returns {string}
 */
export function say(key, fill = {}) {
  const text = Object.hasOwn(words, key) ? words[key] : key;
  return text.replace(/\{([a-z_]+)\}/g, (place, name) => (Object.hasOwn(fill, name) ? String(fill[name]) : place));
}

/** What an error says, with what to do next. @param {import("./errors.js").ReferralError} error @returns {string} */
export const sayError = (error) => say(`js.error.${error.code}`);
