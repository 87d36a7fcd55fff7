/**
 * Asks the service over HTTP and tells apart what can go wrong. Knows no page and no element.
 */

/** @typedef {{ id: string, number: ?string, title: string, path: string[], url: string }} Section */
/** @typedef {{ text: string, section: Section, sha256: string, lead_in: ?{ text: string },
 *    highlights: [number, number][], translation: ?{ lang: string, text: string } }} Excerpt */
/** @typedef {{ id: string, title: string, lang: string, last_modified: ?string }} Policy */
/** @typedef {{ request_id: string, status: "answered"|"partial"|"silent"|"off_topic",
 *    lang: "ja"|"en", message: string, topic: ?{ id: string, label: string },
 *    excerpts: Excerpt[], nearest: Section[], contact: ?Excerpt, suggestions: string[],
 *    policy: Policy }} Answer */
/** @typedef {"offline"|"limited"|"unavailable"|"too_long"|"invalid"|"failed"} Kind */

export const MAX_QUESTION_CHARS = 500;
export const MAX_PREVIOUS = 3;

const DEFAULT_WAIT_SECONDS = 30;

/** @type {Record<number, Kind>} */
const KIND_OF = {
  400: "invalid",
  413: "too_long",
  422: "invalid",
  429: "limited",
  500: "failed",
};

/** What went wrong, in one of the kinds that the visitor is told of in different words. */
export class AskError extends Error {
  /** @param {Kind} kind @param {number} status @param {number} waitSeconds */
  constructor(kind, status = 0, waitSeconds = 0) {
    super(kind);
    this.kind = kind;
    this.status = status;
    this.waitSeconds = waitSeconds;
  }
}

/** Return how many characters the server counts: code points of the text as typed. */
export const countChars = (/** @type {string} */ text) => [...text].length;

/**
 * Return the answer to a question.
 *
 * @param {string} endpoint
 * @param {{ question: string, previous: string[], policy?: string }} asked
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 * @throws {AskError} always this, whatever failed
 */
export async function fetchAnswer(endpoint, asked, signal) {
  const reply = await post(`${endpoint}/v1/ask`, asked, signal);
  const { status } = reply;
  const answer = await reply.json().catch(() => {});
  if (reply.ok && answer?.excerpts) return answer;
  const isTooLong = status === 422 && countChars(asked.question) > MAX_QUESTION_CHARS;
  // The login page of a café's network answers 200, and is no answer either.
  const kind = isTooLong ? "too_long" : (KIND_OF[status] ?? (status > 500 ? "unavailable" : "failed"));
  throw new AskError(kind, status, status === 429 ? waitOf(reply) : 0);
}

/**
 * Send a thumb for an answer; nothing but its request id and the vote leaves the browser.
 *
 * @param {string} endpoint @param {string} requestId @param {"up"|"down"} vote
 */
export function sendVote(endpoint, requestId, vote) {
  return post(`${endpoint}/v1/feedback`, { request_id: requestId, vote });
}

/** @param {string} url @param {object} body @param {AbortSignal} [signal] */
async function post(url, body, signal) {
  try {
    return await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal,
    });
  } catch {
    throw new AskError(navigator.onLine ? "unavailable" : "offline");
  }
}

/** Return the seconds of `Retry-After`; where it is a date or missing, a wait that does no harm. */
const waitOf = (/** @type {Response} */ reply) =>
  Math.ceil(Number(reply.headers.get("retry-after"))) || DEFAULT_WAIT_SECONDS;
