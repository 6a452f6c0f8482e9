/** Files that she saves or chooses: nothing of them is sent. */
import { el } from "./dom.js";

const KEPT_MILLISECONDS = 60_000; // a phone may take its time to ask where to

/** Hand a file to the browser to save. @param {Blob} content @param {string} name */
export function saveFile(content, name) {
  const url = URL.createObjectURL(content);
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MILLISECONDS);
}

/** @param {File} file @returns {Promise<Uint8Array>} */
export const bytesOf = async (file) => new Uint8Array(await file.arrayBuffer());
