/**
 * What was asked and answered, in memory only: gone with the page. Asks one question at a time,
 * keeps a question that failed, and waits as long as the service asks to. Knows no templates.
 */

import { MAX_PREVIOUS, fetchAnswer } from "./client.js";

const TIMEOUT_MS = 30_000;

/** @typedef {import("./client.js").AskError} AskError */
/** @typedef {import("./client.js").Answer} Answer */
/** @typedef {{ question: string, answer?: Answer, error?: AskError, vote?: "up"|"down" }} Turn */

/** A controller of the element: stops with it, and makes it render anew. */
export class Conversation {
  /** @type {Turn[]} */
  turns = [];
  waitSeconds = 0;
  #waitUntil = 0;
  #timer = 0;
  /** @type {?AbortController} */
  #asking = null;

  /**
   * @param {import("lit").LitElement} host
   * @param {(turn: Turn) => void} onAbandoned the element is back, and this turn was under way
   * @param {() => void} onWaited
   */
  constructor(host, onAbandoned, onWaited) {
    this.host = host;
    this.onAbandoned = onAbandoned;
    this.onWaited = onWaited;
    host.addController(this);
  }

  get canAsk() {
    return !this.#asking && !this.waitSeconds;
  }

  hostConnected() {
    if (this.waitSeconds) this.#wait();
    const last = this.turns.at(-1);
    if (last && !last.answer && !last.error) this.onAbandoned(last);
  }

  hostDisconnected() {
    clearInterval(this.#timer);
    this.#stop();
  }

  /** Add a question, to be settled. */
  add(/** @type {string} */ question) {
    /** @type {Turn} */
    const turn = { question };
    this.turns.push(turn);
    return turn;
  }

  /**
   * Ask the question of a turn; true when it has an answer or an error, false when it was stopped.
   *
   * @param {Turn} turn @param {string} endpoint @param {?string} policy
   */
  async settle(turn, endpoint, policy) {
    const asking = new AbortController();
    this.#asking = asking;
    const timer = setTimeout(() => asking.abort(), TIMEOUT_MS);
    delete turn.error;
    this.host.requestUpdate();
    try {
      const asked = { question: turn.question, previous: this.#before(turn) };
      if (policy) asked.policy = policy;
      turn.answer = await fetchAnswer(endpoint, asked, asking.signal);
    } catch (error) {
      if (this.#asking !== asking) return false;
      turn.error = error;
      this.#waitUntil = Date.now() + 1000 * error.waitSeconds;
      if (error.waitSeconds) this.#wait();
    } finally {
      clearTimeout(timer);
    }
    this.#asking = null;
    this.host.requestUpdate();
    return true;
  }

  /** Take a turn out, to be edited. */
  remove(/** @type {Turn} */ turn) {
    this.turns = this.turns.filter((other) => other !== turn);
    this.host.requestUpdate();
  }

  /** Forget everything, and stop what is under way. */
  clear() {
    this.#stop();
    this.turns = [];
    this.host.requestUpdate();
  }

  #stop() {
    const asking = this.#asking;
    this.#asking = null;
    asking?.abort();
  }

  #before(turn) {
    const earlier = this.turns.slice(0, this.turns.indexOf(turn));
    return earlier.flatMap((one) => (one.answer ? one.question : [])).slice(-MAX_PREVIOUS);
  }

  #wait() {
    clearInterval(this.#timer);
    this.#timer = setInterval(this.#tick, 1000);
    this.#tick();
  }

  #tick = () => {
    this.waitSeconds = Math.max(0, Math.ceil((this.#waitUntil - Date.now()) / 1000));
    if (!this.waitSeconds) {
      clearInterval(this.#timer);
      this.onWaited();
    }
    this.host.requestUpdate();
  };
}
