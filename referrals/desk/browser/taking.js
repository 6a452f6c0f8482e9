/** Taking a case further, in the browser alone: one printed page, tables, JSON, and the fields of Primero/GBVIMS+. */
import { utf8 } from "./bytes.js";
import { busy, button, el, fill, notice } from "./dom.js";
import { told } from "./errors.js";
import { saveFile } from "./files.js";
import { gbvimsFields, gbvimsJson, gbvimsTable } from "./gbvims.js";
import { packetLines, say as sayLine } from "./lines.js";
import { csv, xlsx } from "./tables.js";
import { say, sayError } from "./words.js";

/** @typedef {import("./referral.js").Referral} Referral */
/** @typedef {import("./lines.js").Labels} Labels */

// Names that tell a bystander nothing; no id stands in them.
const NAME = "note";

/** @param {readonly Referral[]} referrals @param {Labels} labels @returns {HTMLElement} */
export function takingFurther(referrals, labels) {
  const said = el("div", {});
  const fields = () => gbvimsFields(referrals, (code) => sayLine({ key: `q7_situation.${code}` }, labels));
  /** @type {[string, string, () => Blob | Promise<Blob>][]} */
  const files = [
    ["js.take.csv", `${NAME}.csv`, () => blob(csv(table(referrals, labels)), "text/csv")],
    ["js.take.xlsx", `${NAME}.xlsx`, () => xlsx(table(referrals, labels), say("js.take.sheet"))],
    ["js.take.json", `${NAME}.json`, () => blob(utf8(`${JSON.stringify(referrals, null, 2)}\n`), "application/json")],
    ["js.take.gbvims_csv", `${NAME}-gbvims.csv`, () => blob(csv(gbvimsTable(fields())), "text/csv")],
    ["js.take.gbvims_json", `${NAME}-gbvims.json`, () => blob(utf8(gbvimsJson(fields())), "application/json")],
  ];
  const take = (/** @type {string} */ name, /** @type {() => Blob | Promise<Blob>} */ make) => async () => {
    try {
      saveFile(await make(), name);
      fill(said, notice("told", el("p", {}, say("js.take.saved", { name }))));
    } catch (error) {
      fill(said, notice("bad", el("p", {}, sayError(told(error)))));
    }
  };
  return el(
    "details",
    { class: "taking" },
    el("summary", {}, say("js.take.title")),
    notice("warn", el("p", {}, say("js.take.warning"))),
    el("p", { class: "buttons" }, button(say("js.take.print"), () => print(referrals, labels), "second"), ...files.map(([key, name, make]) => button(say(key), (event) => busy(event, take(name, make)), "second"))),
    said,
    sheet(referrals, labels),
  );
}

/**
 * One row for each packet: codes of the envelope, answers in words.
 * @param {readonly Referral[]} referrals @param {Labels} labels @returns {string[][]}
 */
export function table(referrals, labels) {
  const columns = ["class", "urgent", "country", "language", "needs", "situations", "danger", "with", "helper", "contact", "check", "answer", "report", "about", "flags"];
  const head = ["referral_id", "kind", "created", "expires", ...columns];
  return [head, ...referrals.map(({ envelope, packet }) => [envelope.referral_id, envelope.kind, envelope.created, envelope.expires, ...columns.map((column) => cell(packet, column, labels))])];
}

/** What one field says in words, several answers with "; " between. @param {import("./referral.js").Packet} packet @param {string} column @param {Labels} labels */
function cell(packet, column, labels) {
  const only = { [column]: packet[/** @type {keyof typeof packet} */ (column)], ...(column === "contact" ? { band: packet.band } : {}) };
  const lines = packetLines(/** @type {import("./referral.js").Packet} */ (only));
  return lines.map((line) => (line.fill ? valueOf(line, labels) : sayLine(line, labels))).join("; ");
}

/** @param {import("./lines.js").Line} line @param {Labels} labels @returns {string} */
function valueOf({ fill: filled }, labels) {
  const value = filled?.value ?? "";
  return typeof value === "string" ? value : sayLine(value, labels);
}

/**
 * The page for paper: what she said and needs, and no number of the case; who prints it writes that elsewhere (domain.md 6.1).
 * @param {readonly Referral[]} referrals @param {Labels} labels
 */
function sheet(referrals, labels) {
  const lines = referrals.flatMap(({ packet }) => packetLines(packet)).filter(({ key }) => key !== "line.check"); // her word never lies about on paper
  return el("section", { class: "sheet", "aria-hidden": "true" }, el("h1", {}, say("js.take.sheet")), el("ul", {}, ...lines.map((line) => el("li", {}, sayLine(line, labels)))), el("p", {}, say("js.take.destroy")));
}

/** @param {readonly Referral[]} referrals @param {Labels} labels */
function print(referrals, labels) {
  document.querySelectorAll(".sheet").forEach((each) => each.replaceWith(sheet(referrals, labels)));
  document.body.classList.add("printing-sheet");
  addEventListener("afterprint", () => document.body.classList.remove("printing-sheet"), { once: true });
  window.print();
}

/** @param {Uint8Array} bytes @param {string} type @returns {Blob} */
const blob = (bytes, type) => new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)], { type });
