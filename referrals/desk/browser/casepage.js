/** The page of a case (or of a report to the safety lead): unlocks, opens, shows, and offers what follows from it. */
import { ask } from "./asking.js";
import { el, fill, focus, notice } from "./dom.js";
import { told } from "./errors.js";
import { held, watch } from "./holding.js";
import { openAll, referralsOf } from "./opening.js";
import { composer } from "./replying.js";
import { shown } from "./showing.js";
import { takingFurther } from "./taking.js";
import { unlocking } from "./unlocking.js";
import { say, sayError } from "./words.js";

/**
 * @typedef {object} CaseWords  what a case page says beside the desk's own words
 * @property {import("./lines.js").Labels} labels  in her language
 * @property {Record<"ko"|"zh", Record<string, string>>} phrases  approved phrases by code
 * @property {Record<"ko"|"zh", Record<string, string>>} cover  cover talk by code
 * @property {Record<"ko"|"zh", Record<string, string>>} checks  check words by code
 */

/**
 * Start on the element of `case_opening.html`: data-sealed is where the sealed files are, data-base where answers go, if any.
 * @param {HTMLElement} place
 */
export async function start(place) {
  const { sealed: path = "", base } = place.dataset;
  try {
    const [own, sealed, words] = await Promise.all([ask("/key/own"), ask(path), ask("/case-words")]);
    if (own.recipient === null) return fill(place, notice("warn", el("p", {}, say("js.open.no_key")), el("p", {}, el("a", { href: "/key" }, say("js.open.to_key")))));
    const open = async (/** @type {import("./identity.js").Identity} */ identity) => {
      const results = await openAll(sealed, identity);
      const now = Date.now();
      const referrals = referralsOf(results);
      const view = shown(results, words.labels, sealed, identity, now);
      fill(
        place,
        view,
        base !== undefined && referrals.length > 0 && composer({ base, sealed, referrals, words }),
        referrals.length > 0 && takingFurther(referrals, words.labels),
      );
      focus(view);
    };
    watch(() => fill(place, notice("warn", el("p", {}, say("js.open.idle"))), unlocking(own, open)));
    const identity = await held(own.recipient);
    if (identity) await open(identity);
    else fill(place, el("p", {}, say("js.open.locked")), unlocking(own, open));
  } catch (error) {
    fill(place, notice("bad", el("p", {}, sayError(told(error)))));
  }
}
