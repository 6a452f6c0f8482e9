/**
 * A caseworker's identity: made here, kept on the server only wrapped, never chosen by a person.
 *
 * The text of an identity is the file that `naru keygen` writes: the recipient, the bots' keys that it trusts, the secret. It is
 * wrapped whole, as an ordinary age file: under her passkey (typage's PRF recipient) or under generated words (age's scrypt).
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bech32 } from "@scure/base";
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient, webauthn } from "age-encryption";
import { toHex, utf8 } from "./bytes.js";
import { ReferralError } from "./errors.js";
import { checkedIdentity } from "./sealing.js";

/** @typedef {{secret: string, recipient: string, signers: readonly string[]}} Identity  signers: raw Ed25519 keys in hex, pinned */
/** @typedef {"passkey"|"words"} Kind */

const HEADLINE = "# Naru: a caseworker's identity. Whoever has this file can read her referrals: keep it to yourself.";
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // no I, L, O, U: what is written by hand is read back
const GROUPS = 5; // of GROUP signs: 20 signs of 5 bits are 100 bits, and issue 5 asks for 80
const GROUP = 4;
// 2^15: 32 MiB, which any phone has (typage's own 2^18 takes 256 MiB). 100 random bits need no slowing against guesses.
const SCRYPT_LOG_N = 15;
const MAX_WORK = 22; // the highest scrypt work factor that age's own program accepts

/**
 * A new identity that trusts the given bots.
 * @param {readonly string[]} signers @returns {Promise<Identity>}
 */
export async function newIdentity(signers) {
  const secret = await generateHybridIdentity();
  return { secret, recipient: await identityToRecipient(secret), signers: [...signers] };
}

/** The identity as a file, as `naru keygen` writes it. @param {Identity} identity @returns {string} */
export function identityText({ secret, recipient, signers }) {
  return [HEADLINE, `# recipient: ${recipient}`, ...signers.map((each) => `# signer: ${each}`), secret, ""].join("\n");
}

/**
 * Read an identity file. Raises ReferralError "identity".
 * @param {string} untrusted @returns {Promise<Identity>}
 */
export async function readIdentity(untrusted) {
  const lines = untrusted.split(/\r?\n/).map((line) => line.trim());
  const secrets = lines.filter((line) => line && !line.startsWith("#"));
  if (secrets.length !== 1) throw new ReferralError("identity", "lines");
  const secret = checkedIdentity(secrets[0]);
  const signers = lines.filter((line) => line.startsWith("# signer: ")).map((line) => line.slice("# signer: ".length).trim());
  if (!signers.every((each) => /^[0-9a-f]{64}$/.test(each))) throw new ReferralError("identity", "signer");
  return { secret, recipient: await identityToRecipient(secret), signers };
}

/** Twenty random signs in five groups: 100 bits. @returns {string} such as 7G2K-90QX-… */
export function newWords() {
  const drawn = crypto.getRandomValues(new Uint8Array(GROUPS * GROUP));
  const signs = Array.from(drawn, (byte) => CROCKFORD[byte & 31]); // 256 is a multiple of 32: no sign is favoured
  return grouped(signs.join(""));
}

/**
 * What she typed, as it was generated: case, spaces and dashes don't matter, and O, I and L are read as 0 and 1.
 * Raises ReferralError "words" when it can't be hers.
 * @param {string} untrusted @returns {string}
 */
export function readWords(untrusted) {
  const signs = untrusted.normalize("NFKC").toUpperCase().replace(/[\s\-\u2010-\u2015\u2212_.,]+/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  if (signs.length !== GROUPS * GROUP || [...signs].some((sign) => !CROCKFORD.includes(sign))) throw new ReferralError("words", "length");
  return grouped(signs);
}

/** @param {string} signs @returns {string} */
const grouped = (signs) => /** @type {RegExpMatchArray} */ (signs.match(new RegExp(`.{${GROUP}}`, "g"))).join("-");

/**
 * Wrap an identity under words: an age file that `age -d` opens too, with the words as printed.
 * @param {Identity} identity @param {string} words @returns {Promise<Uint8Array>}
 */
export async function wrapUnderWords(identity, words) {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(readWords(words));
  encrypter.setScryptWorkFactor(SCRYPT_LOG_N);
  return encrypter.encrypt(identityText(identity));
}

/**
 * Wrap an identity under the passkey that she signs in with; asks her authenticator.
 * @param {Identity} identity @returns {Promise<Uint8Array>}
 */
export async function wrapUnderPasskey(identity) {
  const encrypter = new Encrypter();
  encrypter.addRecipient(new webauthn.WebAuthnRecipient());
  try {
    return await encrypter.encrypt(identityText(identity));
  } catch {
    throw new ReferralError("no_passkey", "prf"); // none, refused, or one without PRF: words remain
  }
}

/** @param {Uint8Array} wrapped @param {string} untrustedWords @returns {Promise<Identity>} */
export async function unwrapByWords(wrapped, untrustedWords) {
  const work = /\n-> scrypt \S+ ([0-9]+)\n/.exec(new TextDecoder("latin1").decode(wrapped.subarray(0, 256)));
  if (!work || Number(work[1]) > MAX_WORK) throw new ReferralError("damaged", "wrapped identity");
  const decrypter = new Decrypter();
  decrypter.addPassphrase(readWords(untrustedWords));
  return unwrap(decrypter, wrapped, "words");
}

/** @param {Uint8Array} wrapped @returns {Promise<Identity>} */
export async function unwrapByPasskey(wrapped) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(new webauthn.WebAuthnIdentity());
  return unwrap(decrypter, wrapped, "no_passkey");
}

/** @param {Decrypter} decrypter @param {Uint8Array} wrapped @param {"words"|"no_passkey"} code @returns {Promise<Identity>} */
async function unwrap(decrypter, wrapped, code) {
  let text;
  try {
    text = await decrypter.decrypt(wrapped, "text");
  } catch {
    throw new ReferralError(code, "wrapped identity");
  }
  return readIdentity(text);
}

/**
 * Thirty digits in six groups to be read aloud, as age_keys.fingerprint makes them.
 * @param {string} recipient  checked already @returns {string}
 */
export function fingerprint(recipient) {
  const raw = bech32.fromWords(bech32.decode(/** @type {`${string}1${string}`} */ (recipient), false).words);
  return inGroups(sha256(raw));
}

/** The same of a bot's key. @param {string} signer  hex @returns {string} */
export const signerFingerprint = (signer) => inGroups(sha256(utf8(signer)));

/** @param {Uint8Array} digest @returns {string} */
function inGroups(digest) {
  const digits = (BigInt(`0x${toHex(digest)}`) % 10n ** 30n).toString().padStart(30, "0");
  return /** @type {RegExpMatchArray} */ (digits.match(/.{5}/g)).join(" ");
}
