/**
 * Opens and closes the panel as the element says: beside the page, or over a whole small screen.
 */

import { SHEET } from "./styles.js";

/** A controller of the element, whose `isOpen` it follows. */
export class Dialog {
  #sheet = matchMedia(SHEET);

  /** @param {import("./policy-qa.js").PolicyQa} host */
  constructor(host) {
    this.host = host;
    host.addController(this);
  }

  hostConnected() {
    this.#sheet.addEventListener("change", this.#reopen);
  }

  hostDisconnected() {
    this.#sheet.removeEventListener("change", this.#reopen);
  }

  hostUpdated() {
    const dialog = this.#dialog;
    if (!dialog || dialog.open === this.host.isOpen) return;
    if (dialog.open) dialog.close();
    // Over a whole screen the page behind is out of reach; beside a page it is not.
    else if (this.#sheet.matches) dialog.showModal();
    // The method `show` would take the focus, also where a page opens the panel as it loads.
    else dialog.setAttribute("open", "");
  }

  /** @returns {?HTMLDialogElement} */
  get #dialog() {
    return this.host.renderRoot.querySelector("dialog");
  }

  #reopen = () => {
    this.#dialog?.close();
    this.hostUpdated();
  };
}
