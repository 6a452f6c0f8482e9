// The other implementation of age (FiloSottile's typage), driven by one JSON request on standard input:
//   {"do": "recipient", "identity"}            -> {"recipient"}
//   {"do": "generate"}                         -> {"identity", "recipient"}
//   {"do": "encrypt", "recipients", "text64"}  -> {"file64"}
//   {"do": "decrypt", "identity", "file64"}    -> {"text64"}, or {"refused"} with the library's reason
// Secrets travel by standard input, never by arguments, which other users of a machine can list.
import { readFileSync } from "node:fs";
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";

const from64 = (text) => new Uint8Array(Buffer.from(text, "base64"));
const to64 = (bytes) => Buffer.from(bytes).toString("base64");

const actions = {
  async recipient({ identity }) {
    return { recipient: await identityToRecipient(identity) };
  },
  async generate() {
    const identity = await generateHybridIdentity();
    return { identity, recipient: await identityToRecipient(identity) };
  },
  async encrypt({ recipients, text64 }) {
    const encrypter = new Encrypter();
    for (const recipient of recipients) encrypter.addRecipient(recipient);
    return { file64: to64(await encrypter.encrypt(from64(text64))) };
  },
  async decrypt({ identity, file64 }) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    try {
      return { text64: to64(await decrypter.decrypt(from64(file64))) };
    } catch (error) {
      return { refused: String(error.message) };
    }
  },
};

const request = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(await actions[request.do](request)));
