/**
 * Turns an excerpt into what is copied and linked, and its text into marked and plain pieces.
 */

/** @typedef {import("./client.js").Excerpt} Excerpt */
/** @typedef {import("./client.js").Policy} Policy */
/** @typedef {import("./client.js").Section} Section */

const LONG_TEXT_CHARS = 60;
const LINKABLE = /^https?:$/;

/** Return the heading of a section with those above it, or the policy's title where it has none. */
export function headingOf(/** @type {Section} */ section, /** @type {Policy} */ policy) {
  return section.path.join(" › ") || policy.title;
}

/** Return the address of a section; null where it is no web address. */
export function sectionUrl(/** @type {string} */ endpoint, /** @type {Section} */ section) {
  try {
    // A service behind a path has its pages behind the same path.
    const url = new URL(section.url.replace(/^\/(?!\/)/, ""), `${endpoint}/`);
    return LINKABLE.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/**
 * Return an address with a text fragment, which makes browsers scroll to the text and mark it.
 *
 * Browsers find a long text, or one of several lines, by how it begins and ends; both must be
 * whole words, so they end at punctuation.
 */
export function withTextFragment(/** @type {string} */ url, /** @type {string} */ text) {
  let parts = [text];
  if (text.length > LONG_TEXT_CHARS || text.includes("\n")) {
    const [start] = text.match(/^.{8,}?(?=[、。，,.:;：；]|$)/m) ?? [text];
    const end = text.replace(/^[^]*[、。，,.:;：；\n](?=.{8,}$)/, "");
    parts = [start.split("\n")[0], end.split("\n").at(-1)];
  }
  // In a text directive the hyphen is syntax, and encodeURIComponent leaves it as it is.
  const encoded = parts.map((part) => encodeURIComponent(part).replaceAll("-", "%2D"));
  return `${url}${url.includes("#") ? "" : "#"}:~:text=${encoded.join(",")}`;
}

/** Return the text that "copy citation" copies: words, section, policy, revision, address. */
export function citationOf(
  /** @type {Excerpt} */ excerpt,
  /** @type {Policy} */ policy,
  /** @type {?string} */ url,
  /** @type {(date: string) => string} */ revised,
) {
  const lines = [excerpt.lead_in?.text, excerpt.text].filter(Boolean).join("\n");
  const revision = policy.last_modified ? ` (${revised(policy.last_modified)})` : "";
  const source = `${policy.title}${revision}: ${headingOf(excerpt.section, policy)}`;
  return [`「${lines}」`, source, url].filter(Boolean).join("\n");
}

/**
 * Return the pieces of a text in order; `spans` are in code points, JavaScript's strings are not.
 *
 * @param {string} text @param {[number, number][]} spans
 * @returns {{ text: string, isMarked: boolean }[]}
 */
export function piecesOf(text, spans) {
  const chars = [...text];
  const pieces = [];
  let at = 0;
  for (const [start, end] of spans) {
    pieces.push({ text: chars.slice(at, start).join(""), isMarked: false });
    pieces.push({ text: chars.slice(start, end).join(""), isMarked: true });
    at = end;
  }
  pieces.push({ text: chars.slice(at).join(""), isMarked: false });
  return pieces.filter((piece) => piece.text);
}
