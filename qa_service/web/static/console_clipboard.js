/** Puts a citation on the clipboard, with or without TLS. */

/**
 * Copies a text, with HTML for editors that take it.
 * @param {string} text @param {?string} html
 */
export async function writeClipboard(text, html) {
  const asBlob = (type, content) => new Blob([content], { type });
  if (navigator.clipboard && html) {
    const item = {
      "text/html": asBlob("text/html", html),
      "text/plain": asBlob("text/plain", text),
    };
    return navigator.clipboard.write([new ClipboardItem(item)]);
  }
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without TLS browsers offer no clipboard but this one.
  const give = (event) => {
    event.clipboardData.setData("text/plain", text);
    if (html) event.clipboardData.setData("text/html", html);
    event.preventDefault();
  };
  document.addEventListener("copy", give, { once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", give);
  if (!done) throw new Error("the browser refused to copy");
  return undefined;
}
