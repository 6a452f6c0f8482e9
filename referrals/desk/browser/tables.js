/** Tables as files: CSV that a spreadsheet reads without running anything, and .xlsx. */
import writeXlsxFile from "write-excel-file/browser";
import { utf8 } from "./bytes.js";

/** @typedef {readonly string[][]} Table  rows of texts, the first the headings */

const BOM = "\uFEFF"; // without it Excel reads Korean and Chinese wrong (domain.md 6.3)

/**
 * CSV by RFC 4180, in UTF-8 with BOM.
 * @param {Table} table @returns {Uint8Array}
 */
export function csv(table) {
  return utf8(BOM + table.map((row) => `${row.map((cell) => quoted(safe(cell))).join(",")}\r\n`).join(""));
}

/** A cell that begins like a formula gets an apostrophe before it, so that no program runs it. @param {string} cell @returns {string} */
export const safe = (cell) => (/^[\s\u200b\ufeff]*[=+\-@\t\r＝＋－＠]/u.test(cell) ? `'${cell}` : cell);

/** @param {string} cell @returns {string} */
const quoted = (cell) => (/[",\r\n']/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/**
 * The same as an .xlsx whose cells are all texts.
 * @param {Table} table @param {string} sheet  its name @returns {Promise<Blob>}
 */
export function xlsx(table, sheet) {
  const rows = table.map((row, number) => row.map((value) => ({ value, type: String, ...(number === 0 ? { fontWeight: /** @type {const} */ ("bold") } : {}) })));
  return writeXlsxFile(rows, { sheet, columns: table[0].map(() => ({ width: 24 })) }).toBlob();
}
