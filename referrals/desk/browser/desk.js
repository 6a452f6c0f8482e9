/** The desk's one script: starts what the page asks for by `data-page`, and erases her key when she leaves. */
import { start as casePage } from "./casepage.js";
import { eraseAll } from "./holding.js";
import { start as keyPage } from "./keypage.js";
import { start as passkeys } from "./passkeys.js";
import { start as resealPage } from "./resealing.js";
import { block, speak } from "./words.js";

/** @type {Readonly<Record<string, (place: HTMLElement) => unknown>>} */
const PAGES = { case: casePage, key: keyPage, passkeys, reseal: resealPage };

/** @param {SubmitEvent} event */
async function leave(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  try {
    await eraseAll();
  } finally {
    form.submit(); // signed out even where the browser keeps no database
  }
}

speak(block("words"));
for (const form of document.querySelectorAll("form[data-leave]")) form.addEventListener("submit", (event) => void leave(/** @type {SubmitEvent} */ (event)));
for (const place of document.querySelectorAll("[data-page]")) {
  if (place instanceof HTMLElement) void PAGES[place.dataset.page ?? ""]?.(place);
}
