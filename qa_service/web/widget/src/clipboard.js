/**
 * Puts text on the clipboard, also where the page may not use the modern interface for it.
 */

/** Copy a text, and tell whether that worked. */
export async function copyText(/** @type {string} */ text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByEvent(text);
  }
}

/** Pages without HTTPS and frames without permission have no `navigator.clipboard`. */
function copyByEvent(text) {
  const give = (/** @type {ClipboardEvent} */ event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", give);
  const isDone = document.execCommand("copy");
  document.removeEventListener("copy", give);
  return isDone;
}
