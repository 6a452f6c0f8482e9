/** Asks our own server, and nobody else. */
import { ReferralError } from "./errors.js";

/**
 * Ask for JSON.
 * @param {string} path @param {unknown} [content]  sent as JSON by POST; without it, GET
 * @returns {Promise<any>}
 */
export async function ask(path, content) {
  const answer = await sent(path, content);
  if (answer.status === 409) throw new ReferralError("conflict", "version");
  if (!answer.ok || answer.redirected) throw new ReferralError("offline", String(answer.status)); // redirected: signed out meanwhile
  return answer.json();
}

/** @param {string} path @param {unknown} content @returns {Promise<Response>} */
async function sent(path, content) {
  try {
    return await fetch(path, {
      method: content === undefined ? "GET" : "POST",
      headers: content === undefined ? {} : { "Content-Type": "application/json" },
      body: content === undefined ? undefined : JSON.stringify(content),
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch {
    throw new ReferralError("offline", "network");
  }
}
