/**
 * Registers the element; a second script on the same page changes nothing.
 */

import { PolicyQa } from "./policy-qa.js";

const NAME = "policy-qa";

/** Define `<policy-qa>` unless it is defined. */
export function register(/** @type {string} */ scriptUrl) {
  if (customElements.get(NAME)) return;
  PolicyQa.scriptUrl = scriptUrl;
  customElements.define(NAME, PolicyQa);
}

export { PolicyQa };
