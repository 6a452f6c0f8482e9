/**
 * Opens what referrals/sealing.py sealed, and seals what it opens: age v1, padding, signature, canonical body.
 * age-encryption does the file format and the keys, @noble/curves the Ed25519; nothing here is cryptography of our own.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { base64nopad } from "@scure/base";
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient, Stanza } from "age-encryption";
import { fromHex, joined, latin, utf8 } from "./bytes.js";
import { decode } from "./canonical.js";
import { ReferralError } from "./errors.js";
import { checkTable, isHour, isId, isPartner, isRecipient, isVersion, readReferral } from "./referral.js";

export const PADDED_SIZES = [4096, 8192, 16384]; // bytes; as sealing.PADDED_SIZES
export const STANZA_STEPS = [4, 8, 16, 32]; // as sealing.STANZA_STEPS
export const MAX_FILE_BYTES = 1024 * 1024; // as sealing.MAX_FILE_BYTES
const MAX_HEADER_BYTES = 64 * 1024; // as age_format.MAX_HEADER_BYTES
const VERSION_LINE = "age-encryption.org/v1\n";
const SIGNED_LINE = "naru-signed/1\n";
const SIGNATURE_DOMAIN = "naru referral signature v1";
const SHORT = 64; // bytes that hold any first line of ours

/** @typedef {{partner: string, directory_version: number, referral_id: string, expires: string}} Statement */
/** @typedef {{statement: Statement, signer: string, signature: string}} Signed */
/** @typedef {{referral: import("./referral.js").Referral, signer: string, padded: Uint8Array}} Opened  `padded` is sealed again for a colleague */

/**
 * Open, verify and read a sealed referral.
 * @param {Uint8Array} untrusted  a binary age file
 * @param {string} identity  AGE-SECRET-KEY-PQ-1…
 * @param {readonly string[]} trustedSigners  raw Ed25519 public keys in lower-case hex
 * @param {string} [partner]  the reader's own partner
 * @returns {Promise<Opened>}
 */
export async function openSealed(untrusted, identity, trustedSigners, partner) {
  const padded = await decrypt(untrusted, identity);
  const { signed, body } = verify(unpad(padded), trustedSigners);
  if (partner !== undefined && signed.statement.partner !== partner) throw new ReferralError("other_partner", "partner");
  const referral = readReferral(body);
  const { statement } = signed;
  const { envelope } = referral;
  if (
    statement.partner !== envelope.partner ||
    statement.directory_version !== envelope.directory_version ||
    statement.referral_id !== envelope.referral_id ||
    statement.expires !== envelope.expires
  ) {
    throw new ReferralError("malformed", "envelope");
  }
  return { referral, signer: signed.signer, padded };
}

/**
 * The plaintext of an age file that the identity opens, still padded.
 * @param {Uint8Array} untrusted @param {string} identity @returns {Promise<Uint8Array>}
 */
export async function decrypt(untrusted, identity) {
  if (untrusted.length > MAX_FILE_BYTES) throw new ReferralError("not_sealed", "size");
  const decrypter = new Decrypter();
  decrypter.addIdentity(checkedIdentity(identity));
  let passedOver = false; // the second identity is asked only when the first found nothing of its own
  decrypter.addIdentity({ unwrapFileKey: () => ((passedOver = true), null) });
  checkHeader(untrusted);
  try {
    return await decrypter.decrypt(untrusted);
  } catch {
    throw passedOver ? new ReferralError("not_for_you", "stanza") : new ReferralError("damaged", "file");
  }
}

/** Post-quantum only: typage would take weaker keys too. @param {string} untrusted @returns {string} */
export function checkedIdentity(untrusted) {
  if (!/^AGE-SECRET-KEY-PQ-1[02-9AC-HJ-NP-Z]{58}$/.test(untrusted)) throw new ReferralError("identity", "identity");
  try {
    new Decrypter().addIdentity(untrusted); // reads it, checksum included
  } catch {
    throw new ReferralError("identity", "identity");
  }
  return untrusted;
}

/** @param {Uint8Array} untrusted */
function checkHeader(untrusted) {
  const start = latin(untrusted.subarray(0, SHORT));
  if (!start.startsWith(VERSION_LINE)) {
    throw new ReferralError(/^age-encryption\.org\/v[0-9]{1,9}\n/.test(start) ? "too_new" : "not_sealed", "version line");
  }
  if (!latin(untrusted.subarray(0, MAX_HEADER_BYTES)).includes("\n--- ")) throw new ReferralError("damaged", "header");
}

/**
 * Pad and seal, as sealing.seal_bytes does.
 * @param {Uint8Array} content @param {readonly string[]} recipients @returns {Promise<Uint8Array>}
 */
export async function sealBytes(content, recipients) {
  return encrypt(pad(content), recipients);
}

/**
 * Seal what is padded already; the number of stanzas is filled up with ones that nobody can open, in random order.
 * @param {Uint8Array} padded @param {readonly string[]} recipients @returns {Promise<Uint8Array>}
 */
export async function encrypt(padded, recipients) {
  const own = [...new Set(recipients)];
  if (!own.every((each) => isRecipient(each))) throw new ReferralError("recipient", "key");
  const step = STANZA_STEPS.find((each) => each >= own.length);
  if (own.length === 0 || step === undefined) throw new ReferralError("recipient", "number of keys");
  const encrypter = new Encrypter();
  /** @type {(string | import("age-encryption").Recipient)[]} */
  const wanted = [...own, ...new Array(step - own.length).fill(NOBODY)];
  try {
    for (const each of shuffled(wanted)) encrypter.addRecipient(each);
    return await encrypter.encrypt(padded);
  } catch {
    throw new ReferralError("recipient", "key"); // a wrong checksum, or a point that can't be sealed to
  }
}

/** A stanza for a key that is forgotten at once, around a file key of another file: even its holder could open nothing. */
const NOBODY = {
  /** @returns {Promise<Stanza[]>} */
  async wrapFileKey() {
    const encrypter = new Encrypter();
    encrypter.addRecipient(await identityToRecipient(await generateHybridIdentity()));
    const header = latin(await encrypter.encrypt(new Uint8Array()));
    const [, type, share, body] = /** @type {RegExpExecArray} */ (/\n-> (\S+) (\S+)\n(\S+)\n--- /.exec(header));
    return [new Stanza([type, share], base64nopad.decode(body))];
  },
};

/** @template T @param {readonly T[]} things @returns {T[]} */
function shuffled(things) {
  const places = crypto.getRandomValues(new BigUint64Array(things.length)); // 64 bits each: two are equal by no chance that counts
  return [...things.keys()].sort((one, other) => (places[one] < places[other] ? -1 : 1)).map((place) => things[place]);
}

/** @param {Uint8Array} content @returns {Uint8Array} */
export function pad(content) {
  const padded = joined(utf8(`naru-padded/1 ${content.length}\n`), content);
  const size = PADDED_SIZES.find((each) => padded.length <= each);
  if (size === undefined) throw new RangeError("the content is too long to be sealed");
  return joined(padded, new Uint8Array(size - padded.length).fill(0x20));
}

/** @param {Uint8Array} plaintext @returns {Uint8Array} */
export function unpad(plaintext) {
  const head = latin(plaintext.subarray(0, SHORT));
  const start = /^naru-padded\/1 (0|[1-9][0-9]{0,4})\n/.exec(head);
  if (!start) {
    const newer = /^naru-padded\/[0-9]{1,4} /.test(head) && !head.startsWith("naru-padded/1 ");
    throw new ReferralError(newer ? "too_new" : "not_trusted", "padding"); // an age file of some other program
  }
  const end = start[0].length + Number(start[1]);
  if (!PADDED_SIZES.includes(plaintext.length) || end > plaintext.length || plaintext.subarray(end).some((byte) => byte !== 0x20)) {
    throw new ReferralError("not_trusted", "padding");
  }
  return plaintext.slice(start[0].length, end);
}

/**
 * @param {Uint8Array} untrusted @param {readonly string[]} trustedSigners
 * @returns {{signed: Signed, body: Uint8Array}}
 */
function verify(untrusted, trustedSigners) {
  const head = latin(untrusted.subarray(0, SHORT));
  if (!head.startsWith(SIGNED_LINE)) {
    throw new ReferralError(/^naru-signed\/[0-9]{1,4}\n/.test(head) ? "too_new" : "not_trusted", "signature");
  }
  const rest = untrusted.subarray(SIGNED_LINE.length);
  const end = rest.indexOf(0x0a);
  const line = end < 0 ? rest : rest.slice(0, end);
  const body = end < 0 ? new Uint8Array() : rest.slice(end + 1);
  const signed = readSigned(line);
  if (!trustedSigners.includes(signed.signer)) throw new ReferralError("not_trusted", "signer");
  if (!isSigned(signed, body)) throw new ReferralError("not_trusted", "signature");
  return { signed, body };
}

/** @param {Uint8Array} line @returns {Signed} */
function readSigned(line) {
  try {
    return decode(line, (value) => {
      checkTable(value, { statement: () => true, signer: isHexOf(64), signature: isHexOf(128) }, "signed");
      const signed = /** @type {Signed} */ (value);
      const table = { partner: isPartner, directory_version: isVersion, referral_id: isId, expires: isHour };
      checkTable(signed.statement, table, "statement");
      return signed;
    });
  } catch {
    throw new ReferralError("not_trusted", "signature");
  }
}

/** @param {number} digits @returns {import("./referral.js").Rule} */
const isHexOf = (digits) => (value) => typeof value === "string" && new RegExp(`^[0-9a-f]{${digits}}$`).test(value);

/** @param {Signed} signed @param {Uint8Array} body @returns {boolean} */
function isSigned(signed, body) {
  try {
    // zip215 off: exactly RFC 8032, as the signing side checks it.
    return ed25519.verify(fromHex(signed.signature), signedMessage(signed.statement, body), fromHex(signed.signer), { zip215: false });
  } catch {
    return false;
  }
}

/** Each part after its length in 8 bytes, so that no two lists of parts look the same. @param {Statement} statement @param {Uint8Array} body */
function signedMessage(statement, body) {
  const texts = [SIGNATURE_DOMAIN, statement.partner, String(statement.directory_version), statement.referral_id, statement.expires];
  return joined(...[...texts.map(utf8), body].flatMap((part) => [lengthOf(part), part]));
}

/** @param {Uint8Array} part @returns {Uint8Array} */
function lengthOf(part) {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(part.length));
  return length;
}
