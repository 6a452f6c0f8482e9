/** Elements made one by one, their words as text only: nothing here reads markup. */

/** @typedef {string | Node | null | false | undefined} Child */
/** @typedef {Record<string, string | boolean | ((event: Event) => unknown) | undefined>} Attributes */

/**
 * An element: attributes by name, listeners by function, `true` for an attribute without value.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Attributes} attributes @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((each) => each !== null && each !== undefined && each !== false).map((each) => /** @type {string | Node} */ (each)));
  return made;
}

/** @param {string} words @param {(event: Event) => unknown} press @param {string} [kind] @returns {HTMLButtonElement} */
export const button = (words, press, kind) => el("button", { type: "button", class: kind, click: press }, words);

/**
 * A notice that a screen reader says at once.
 * @param {"told"|"warn"|"bad"} kind @param {...Child} children @returns {HTMLElement}
 */
export const notice = (kind, ...children) => el("div", { class: kind, role: kind === "told" ? "status" : "alert" }, ...children);

/**
 * Put children in the place of what stands there, and move the focus to the first heading when asked.
 * @param {Element} place @param {...Child} children
 */
export function fill(place, ...children) {
  place.replaceChildren(...children.filter((each) => each !== null && each !== undefined && each !== false).map((each) => /** @type {string | Node} */ (each)));
}

/** Move the focus to something that was just shown. @param {HTMLElement} shown */
export function focus(shown) {
  shown.tabIndex = -1;
  shown.focus();
}

/**
 * While `work` runs the button can't be pressed again.
 * @param {Event} event @param {() => Promise<unknown>} work
 */
export async function busy(event, work) {
  const pressed = event.currentTarget instanceof HTMLFormElement ? event.currentTarget.querySelector("button") : event.currentTarget;
  if (!(pressed instanceof HTMLButtonElement) || pressed.disabled) return;
  pressed.disabled = true;
  pressed.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    pressed.disabled = false;
    pressed.removeAttribute("aria-busy");
  }
}
