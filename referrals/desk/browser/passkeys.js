/**
 * Passkeys: asks the server what to ask of the authenticator, and gives back what that answered. Also takes an invitation's token out of
 * the address, so that it stays in no history.
 *
 *   <section data-passkey="enter | join | add" [data-token]>  <button data-do hidden>  [<input data-label>]  <p data-problem hidden>
 *   <form data-join> with an input named token
 */
import { say } from "./words.js";

const DOORS = { enter: "/enter/passkey", join: "/join/passkey", add: "/account/passkey" };

/** @param {string} text  base64url @returns {Uint8Array<ArrayBuffer>} */
function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer @returns {string} base64url */
function text(buffer) {
  const binary = Array.from(new Uint8Array(buffer), (each) => String.fromCharCode(each)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// By hand and not by parseCreationOptionsFromJSON and toJSON: Safari has those only since 18.4, and passkeys since 16.
/** @param {any} options  as the server gives them @returns {PublicKeyCredentialCreationOptions} */
function creation(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map((/** @type {any} */ each) => ({ ...each, id: bytes(each.id) })),
  };
}

/** @param {PublicKeyCredential} credential @returns {object} what the server reads */
function plain(credential) {
  const response = /** @type {any} */ (credential.response);
  const fields = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const filled = fields.filter((name) => response[name] instanceof ArrayBuffer);
  const { prf } = /** @type {any} */ (credential.getClientExtensionResults());
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(filled.map((name) => [name, text(response[name])])),
    clientExtensionResults: prf === undefined ? {} : { prf: { enabled: prf.enabled === true } }, // never what it yields
  };
}

/** @param {string} door @param {object} content @returns {Promise<any>} the answer, with `error` where it was refused */
async function post(door, content) {
  const answer = await fetch(door, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(content),
  });
  return answer.json();
}

/** @param {HTMLElement} place @returns {Promise<void>} */
async function ask(place) {
  const way = /** @type {keyof typeof DOORS} */ (place.dataset.passkey);
  const token = place.dataset.token;
  const label = /** @type {HTMLInputElement | null} */ (place.querySelector("[data-label]"))?.value ?? "";
  const options = await post(`${DOORS[way]}/options`, { token });
  if (options.error) throw new Error(options.error);
  const credential =
    way === "enter"
      ? await navigator.credentials.get({ publicKey: { ...options, challenge: bytes(options.challenge) } })
      : await navigator.credentials.create({ publicKey: creation(options) });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("refused");
  const sent = plain(credential);
  const answer = await post(DOORS[way], way === "enter" ? sent : { token, label, credential: sent });
  if (answer.error) throw new Error(answer.error);
  location.assign(answer.go);
}

/** @param {unknown} error @returns {string} */
function problem(error) {
  const name = error instanceof Error ? error.name : "";
  const code = error instanceof Error ? error.message : "";
  if (name === "InvalidStateError") return say("js.passkey.known");
  if (code === "closed") return say("js.passkey.closed");
  if (code === "again" || code === "signed_out") return say("js.passkey.again");
  if (code === "refused") return say("js.passkey.refused");
  return say("js.passkey.stopped");
}

/** @param {HTMLElement} place */
function offer(place) {
  const button = /** @type {HTMLButtonElement} */ (place.querySelector("[data-do]"));
  const told = /** @type {HTMLElement} */ (place.querySelector("[data-problem]"));
  if (!globalThis.PublicKeyCredential) {
    told.textContent = say("js.passkey.none");
    told.hidden = false;
    return;
  }
  button.hidden = false;
  button.addEventListener("click", () => {
    told.hidden = true;
    button.disabled = true;
    ask(place)
      .catch((error) => {
        told.textContent = problem(error);
        told.hidden = false;
      })
      .finally(() => {
        button.disabled = false;
      });
  });
}

/** @param {HTMLFormElement} form */
function takeToken(form) {
  const token = location.hash.slice(1);
  if (!/^[0-9a-f]{64}$/.test(token)) return;
  history.replaceState(null, "", location.pathname);
  /** @type {HTMLInputElement} */ (form.elements.namedItem("token")).value = token;
  form.requestSubmit();
}

/** @param {Document | HTMLElement} within */
export function start(within) {
  const both = within instanceof HTMLElement ? [within] : [...within.querySelectorAll("[data-passkey], form[data-join]")];
  for (const place of both) {
    if (place instanceof HTMLFormElement) takeToken(place);
    else if (place instanceof HTMLElement) offer(place);
  }
}
