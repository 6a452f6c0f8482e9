/**
 * Holds an unlocked identity between the pages of one tab: encrypted in sessionStorage, under a key that no script can read out,
 * in IndexedDB. Each alone is worth nothing. Both go at sign-out and after 15 idle minutes.
 */
import { identityText, readIdentity } from "./identity.js";
import { fromBase64, toBase64, utf8 } from "./bytes.js";

export const IDLE_MILLISECONDS = 15 * 60 * 1000; // as long as an idle session at the desk
const NAME = "naru-held"; // of the database, its store, and the entry in sessionStorage
const TOUCH_MILLISECONDS = 10_000; // how often a movement is written down at most

/** @typedef {{slot: string, nonce: string, box: string, touched: number}} Held */

/**
 * Keep an identity for this tab.
 * @param {import("./identity.js").Identity} identity
 */
export async function hold(identity) {
  await erase();
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const slot = crypto.randomUUID();
  const nonce = crypto.getRandomValues(new Uint8Array(12)); // one message for each key
  const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, buffer(utf8(identityText(identity))));
  await inStore("readwrite", (store) => store.put({ key, touched: Date.now() }, slot));
  write({ slot, nonce: toBase64(nonce), box: toBase64(new Uint8Array(box)), touched: Date.now() });
}

/**
 * The identity held for this tab, or null when there is none, it is another's, or it was idle for too long.
 * @param {string} recipient  whose it must be: the account that is signed in
 * @returns {Promise<import("./identity.js").Identity | null>}
 */
export async function held(recipient) {
  await sweep();
  const kept = read();
  if (!kept) return null;
  const entry = await inStore("readonly", (store) => store.get(kept.slot));
  try {
    const iv = buffer(fromBase64(kept.nonce));
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, entry.key, buffer(fromBase64(kept.box)));
    const identity = await readIdentity(new TextDecoder().decode(text));
    if (identity.recipient === recipient) return identity;
  } catch {
    // Key or box is gone or was changed: nothing is held.
  }
  await erase();
  return null;
}

/** Whether something is held and not idle. @returns {boolean} */
export function isHeld() {
  const kept = read();
  return kept !== null && !isIdle(kept.touched);
}

/** Erase what this tab holds: the box at once, so that it is gone even when the page goes before the key does. */
export async function erase() {
  const kept = read();
  sessionStorage.removeItem(NAME);
  if (kept) await inStore("readwrite", (store) => store.delete(kept.slot));
}

/** Erase every tab's key of this browser: at sign-out. */
export async function eraseAll() {
  sessionStorage.removeItem(NAME);
  await inStore("readwrite", (store) => store.clear());
}

/** Say that she is here. */
export function touch() {
  const kept = read();
  if (!kept || isIdle(kept.touched) || Date.now() - kept.touched < TOUCH_MILLISECONDS) return;
  write({ ...kept, touched: Date.now() });
  void inStore("readwrite", async (store) => {
    const entry = await done(store.get(kept.slot));
    if (entry) store.put({ ...entry, touched: Date.now() }, kept.slot);
  });
}

/**
 * Watch for idleness while a page is open, and at sign-out: `gone` is called once what was held is erased.
 * @param {() => void} gone
 */
export function watch(gone) {
  for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, touch, { passive: true });
  const look = async () => {
    const kept = read();
    if (!kept || !isIdle(kept.touched)) return;
    await erase();
    gone();
  };
  setInterval(look, TOUCH_MILLISECONDS);
  addEventListener("visibilitychange", look); // a phone that was asleep runs no timers
}

/** Keys whose tab was closed or idle for too long are erased by whichever page comes next. */
async function sweep() {
  const kept = read();
  if (kept && isIdle(kept.touched)) sessionStorage.removeItem(NAME);
  await inStore("readwrite", async (store) => {
    for (const slot of await done(store.getAllKeys())) {
      const entry = await done(store.get(slot));
      if (isIdle(entry.touched)) store.delete(slot);
    }
  });
}

/** @param {number} touched  milliseconds since 1970; a clock that was set back counts as idle @returns {boolean} */
const isIdle = (touched) => Date.now() - touched >= IDLE_MILLISECONDS || Date.now() < touched - TOUCH_MILLISECONDS;

/** @returns {Held | null} */
function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(NAME) ?? "null");
    return typeof kept?.slot === "string" && typeof kept.touched === "number" ? kept : null;
  } catch {
    return null;
  }
}

/** @param {Held} kept */
const write = (kept) => sessionStorage.setItem(NAME, JSON.stringify(kept));

/**
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest | Promise<void>} work
 * @returns {Promise<any>} the request's result
 */
async function inStore(mode, work) {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(NAME);
  const database = await done(opening);
  try {
    const transaction = database.transaction(NAME, mode, { durability: "strict" });
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(undefined);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    const asked = work(transaction.objectStore(NAME));
    const result = asked instanceof IDBRequest ? await done(asked) : await asked;
    await ended;
    return result;
  } finally {
    database.close();
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** WebCrypto takes no view on shared memory; ours never is. @param {Uint8Array} bytes @returns {Uint8Array<ArrayBuffer>} */
const buffer = (bytes) => /** @type {Uint8Array<ArrayBuffer>} */ (bytes);
