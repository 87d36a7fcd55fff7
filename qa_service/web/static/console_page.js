/**
 * What the console's scripts share: elements whose words are text nodes, fixed strings, replies.
 *
 * @typedef {{policy?: string, start: number, end: number, sha256?: string}} Span
 * @typedef {{id: string, title: string, lang: string, last_modified: ?string, sha256: string}} Policy
 * @typedef {{number: ?string, title: string, path: string[], url: string}} Section
 * @typedef {Span & {text: string, section: Section, lead_in: ?{text: string},
 *   highlights: [number, number][], translation: ?{lang: string, text: string}}} Excerpt
 */

const SHORT_HASH_CHARS = 12;

/** The language of the page around the policies. */
export const ui = document.documentElement.lang;

/** @param {string} id @returns {HTMLElement} */
export const byId = (id) => document.getElementById(id);

/** The fixed strings that the page brought along. @type {Object<string, string>} */
export const words = JSON.parse(byId("words")?.textContent ?? "{}");

/** An error whose message may be shown. */
class Failure extends Error {}

/** Gives signals of which only the latest is not aborted. */
export class Latest {
  #controller = new AbortController();

  /** @returns {AbortSignal} */
  next() {
    this.#controller.abort();
    this.#controller = new AbortController();
    return this.#controller.signal;
  }
}

/**
 * Returns an element; children that are null or false are left out, strings become text nodes.
 * @param {string} tag
 * @param {Object<string, string|boolean|number|null|undefined>} attributes
 * @param {...(Node|string|false|null|undefined)} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child || child === ""));
  return element;
}

/** Puts values into the places of a fixed string. @param {string} text @param {...*} values */
export const fill = (text, ...values) => text.replace(/\{\}/g, () => String(values.shift()));

/** @param {Section} section */
export const nameOf = (section) => section.path.at(-1) || section.title || words.preamble;

/**
 * Returns a text's nodes with spans marked; the spans count code points, as Python does.
 * @param {string} text @param {[number, number][]} spans
 */
export function marked(text, spans) {
  const points = Array.from(text);
  const nodes = [];
  let position = 0;
  for (const [start, end] of spans) {
    nodes.push(points.slice(position, start).join(""));
    nodes.push(make("mark", {}, points.slice(start, end).join("")));
    position = end;
  }
  return [...nodes, points.slice(position).join("")];
}

/**
 * Returns the JSON of a reply.
 * @param {string} url @param {?Object} body posted where it is not null
 * @param {AbortSignal} signal @throws {Failure}
 */
export async function load(url, body, signal) {
  const post = body && {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  let reply;
  try {
    reply = await fetch(url, { ...post, signal });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Failure(words.offline);
  }
  if (reply.ok) return reply.json();
  const said = { 401: words.denied, 403: words.denied, 429: words.busy, 503: words.busy };
  throw new Failure(said[reply.status] ?? words.failed);
}

/** Returns the beginning of a hash, the whole of it on hovering. @param {string} sha256 */
export const hashNode = (sha256) =>
  make("code", { title: `SHA-256 ${sha256}` }, sha256.slice(0, SHORT_HASH_CHARS));
