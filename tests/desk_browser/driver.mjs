// Drives the modules of referrals/desk/browser from Python: a JSON list of requests on standard input, a list of answers on standard output.
// Secrets travel by standard input, never by arguments, which other users of a machine can list.
import { readFileSync } from "node:fs";
import { fingerprint, identityText, newIdentity, newWords, readIdentity, readWords, signerFingerprint, unwrapByWords, wrapUnderWords } from "../../referrals/desk/browser/identity.js";
import { envelopeLines, packetLines, say } from "../../referrals/desk/browser/lines.js";
import { findings, RULE_NAMES } from "../../referrals/desk/browser/lints.js";
import { gbvimsFields, gbvimsJson, gbvimsTable } from "../../referrals/desk/browser/gbvims.js";
import { openAll } from "../../referrals/desk/browser/opening.js";
import { QUESTIONS, sealReply } from "../../referrals/desk/browser/reply.js";
import { resealed } from "../../referrals/desk/browser/resealing.js";
import { decrypt, encrypt, openSealed, sealBytes, unpad } from "../../referrals/desk/browser/sealing.js";
import { csv, xlsx } from "../../referrals/desk/browser/tables.js";
import { table } from "../../referrals/desk/browser/taking.js";

const from64 = (text) => new Uint8Array(Buffer.from(text, "base64"));
const to64 = (bytes) => Buffer.from(bytes).toString("base64");

const actions = {
  async open({ file64, identity, signers, partner }) {
    const { referral, signer } = await openSealed(from64(file64), identity, signers, partner);
    return { referral, signer };
  },
  async openAll({ sealed, identity }) {
    const results = await openAll(sealed, identity);
    return { results: results.map(({ opened, error }) => ({ referral: opened?.referral ?? null, code: error?.code ?? null, place: error?.place ?? null })) };
  },
  async seal({ text64, recipients }) {
    return { file64: to64(await sealBytes(from64(text64), recipients)) };
  },
  async unseal({ file64, identity }) {
    return { text64: to64(unpad(await decrypt(from64(file64), identity))) };
  },
  async encrypt({ text64, recipients }) {
    return { file64: to64(await encrypt(from64(text64), recipients)) };
  },
  async reply({ said, envelope, now }) {
    return { file64: to64(await sealReply(said, envelope, new Date(now))) };
  },
  async reseal({ job, partner, recipient, identity }) {
    const sealed = await resealed(job, partner, recipient, identity);
    return { file64: sealed === null ? null : to64(sealed) };
  },
  async identity({ signers }) {
    const identity = await newIdentity(signers);
    return { identity, text: identityText(identity), fingerprint: fingerprint(identity.recipient), signers: signers.map(signerFingerprint) };
  },
  async readIdentity({ text }) {
    return { identity: await readIdentity(text) };
  },
  async fingerprint({ recipient }) {
    return { fingerprint: fingerprint(recipient) };
  },
  async words({ count }) {
    return { words: Array.from({ length: count }, newWords) };
  },
  async readWords({ text }) {
    return { words: readWords(text) };
  },
  async wrap({ identity, words }) {
    return { file64: to64(await wrapUnderWords(identity, words)) };
  },
  async unwrap({ file64, words }) {
    return { identity: await unwrapByWords(from64(file64), words) };
  },
  async lines({ referral, labels, now }) {
    const said = (line) => say(line, labels);
    return { packet: packetLines(referral.packet).map(said), envelope: envelopeLines(referral.envelope, now).map(said) };
  },
  async findings({ text, check }) {
    return { findings: findings(text, check) };
  },
  async rules() {
    return { rules: RULE_NAMES, questions: QUESTIONS };
  },
  async table({ referrals, labels }) {
    return { table: table(referrals, labels) };
  },
  async csv({ table: rows }) {
    return { file64: to64(csv(rows)) };
  },
  async xlsx({ table: rows, sheet }) {
    return { file64: to64(new Uint8Array(await (await xlsx(rows, sheet)).arrayBuffer())) };
  },
  async gbvims({ referrals }) {
    const fields = gbvimsFields(referrals, (code) => code);
    return { fields, table: gbvimsTable(fields), json: gbvimsJson(fields) };
  },
};

const answers = [];
for (const request of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    answers.push(await actions[request.do](request));
  } catch (error) {
    if (error.name !== "ReferralError") throw error;
    answers.push({ code: error.code, place: error.place });
  }
}
process.stdout.write(JSON.stringify(answers));
