/**
 * Registers the element; a second script on the same page changes nothing.
 */

import { PolicyQa } from "./policy-qa.js";

const NAME = "policy-qa";

/** Define `<policy-qa>` unless it is defined; it asks the origin of this script. */
export function register(/** @type {string | undefined} */ scriptUrl) {
  if (customElements.get(NAME)) return;
  PolicyQa.origin = new URL(scriptUrl || location.href).origin;
  customElements.define(NAME, PolicyQa);
}

export { PolicyQa };
