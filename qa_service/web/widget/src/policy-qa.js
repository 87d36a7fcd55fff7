/**
 * `<policy-qa>`: attributes in, events out. What it starts when connected it stops when
 * disconnected. It keeps nothing and loads nothing.
 */

import { LitElement, html, nothing } from "lit";
import { citationOf, sectionUrl } from "./citation.js";
import { sendVote } from "./client.js";
import { copyText } from "./clipboard.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Dialog } from "./dialog.js";
import { launcherTemplate, panelTemplate } from "./panel.js";
import { languageOf, stringsOf } from "./strings.js";
import { CSS_TEXT } from "./styles.js";

const SPOKEN_MS = 1500;
const COPIED_MS = 2500;

const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS_TEXT);

export class PolicyQa extends LitElement {
  static styles = sheet;
  static properties = {
    lang: { reflect: true },
    endpoint: {},
    policy: {},
    launcher: {},
    launcherLabel: { attribute: "launcher-label" },
    inline: { type: Boolean, reflect: true },
    isOpen: { type: Boolean, attribute: "open", reflect: true },
    suggestions: { type: Array },
    feedback: { type: Boolean },
    contactHref: { attribute: "contact-href" },
    contactLabel: { attribute: "contact-label" },
    shareQuestions: { type: Boolean, attribute: "share-questions" },
    _spoken: { state: true },
    _copied: { state: true },
  };

  /** The origin this file came from, which is asked unless `endpoint` says otherwise. */
  static origin = "";

  #conversation = new Conversation(
    this,
    (turn) => this.#settle(turn),
    () => this.#say(this.#strings.waited),
  );
  #composer = new Composer(
    this,
    (question) => this.#take(question),
    (text) => this.#say(text),
  );
  #timers = {};
  #wasShown = false;
  /** @type {?Element} */
  #cameFrom = null;

  constructor() {
    super();
    this.isOpen = this.inline = false;
    new Dialog(this);
  }

  /** Open the panel and put the cursor into the field. */
  async open() {
    this.#cameFrom ??= document.activeElement;
    this.isOpen = true;
    await this.updateComplete;
    this.#composer.focus();
  }

  /** Close the panel; the cursor goes back to where it came from. */
  async close() {
    if (this.inline || !this.isOpen) return;
    const hadFocus = this.shadowRoot.activeElement;
    this.isOpen = false;
    await this.updateComplete;
    if (hadFocus) (this.renderRoot.querySelector(".launcher") ?? this.#cameFrom)?.focus();
    this.#cameFrom = null;
  }

  /**
   * Open the panel and ask; resolves, when settled, to what the event `policy-qa:answer` or
   * `policy-qa:error` tells, and to null where nothing could be asked.
   *
   * @param {string} question
   */
  async ask(question) {
    if (!question?.trim()) return null;
    await this.open();
    return this.#conversation.canAsk ? this.#ask(question) : null;
  }

  /** Forget the conversation. */
  clear() {
    this.#conversation.clear();
    this.#composer.focus();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    Object.values(this.#timers).forEach(clearTimeout);
    this._spoken = this._copied = null;
  }

  firstUpdated() {
    this.#emit("ready");
  }

  updated(changed) {
    // The first value is no change.
    if (changed.get("isOpen") !== undefined) this.#emit(this.isOpen ? "open" : "close");
  }

  render() {
    this.#wasShown ||= this.isOpen || this.inline;
    const view = this.#view;
    const panel = this.#wasShown ? panelTemplate(view) : nothing;
    return html`<slot hidden @slotchange=${() => this.requestUpdate()}></slot>
      <span lang=${this.#lang} @keydown=${this.#press}>
        <div class="root">
          ${this.inline
            ? html`<section class="panel" aria-labelledby="title">${panel}</section>`
            : html`${this.launcher === "none" ? nothing : launcherTemplate(view)}
                <dialog id="panel" class="panel" aria-labelledby="title" @cancel=${this.#cancel}>
                  ${panel}
                </dialog>`}
        </div>
      </span>`;
  }

  /** @returns {import("./panel.js").PanelView} */
  get #view() {
    const { inline, isOpen, launcherLabel, contactHref, contactLabel } = this;
    const { turns, canAsk, waitSeconds } = this.#conversation;
    return {
      ...{ inline, isOpen, launcherLabel, contactHref, contactLabel, turns, canAsk, waitSeconds },
      strings: this.#strings,
      suggestions: this.#suggestions,
      endpoint: this.#endpoint,
      composer: this.#composer,
      spoken: this._spoken,
      copied: this._copied,
      hasVotes: this.feedback,
      onOpen: () => this.open(),
      onClose: () => this.close(),
      onClear: () => this.clear(),
      onAsk: this.#choose,
      onRetry: this.#retry,
      onEdit: this.#edit,
      onVote: this.#vote,
      onCopy: this.#copy,
    };
  }

  get #lang() {
    return languageOf(this.lang || document.documentElement.lang || navigator.language);
  }

  get #strings() {
    return stringsOf(this.#lang);
  }

  get #endpoint() {
    const given = this.endpoint || PolicyQa.origin;
    return new URL(given, document.baseURI).href.replace(/\/+$/, "");
  }

  get #suggestions() {
    const listed = this.querySelector("template")?.content.children;
    const given = listed && Array.from(listed, (one) => one.textContent.trim());
    return this.suggestions ?? given ?? this.#strings.suggestions;
  }

  get #log() {
    return this.renderRoot.querySelector(".log");
  }

  #cancel = (event) => {
    event.preventDefault();
    this.close();
  };

  #press = (/** @type {KeyboardEvent} */ event) => {
    // Escape during a conversion belongs to the conversion.
    if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
    if (!this.isOpen || this.inline) return;
    event.stopPropagation();
    this.#cancel(event);
  };

  /** Take a question from the field; false where it has to wait. */
  #take(question) {
    if (!this.#conversation.canAsk) return false;
    this.#ask(question);
    return true;
  }

  /** Ask what was chosen from a list, which goes away then: keep the focus near. */
  #choose = (question) => {
    if (this.#take(question)) this.#log.focus({ preventScroll: true });
  };

  #retry = (turn) => {
    if (!this.#conversation.canAsk) return;
    this.#settle(turn);
    this.#log.focus({ preventScroll: true });
  };

  #edit = (turn) => {
    this.#conversation.remove(turn);
    this.#composer.edit(turn.question);
  };

  #ask(question) {
    return this.#settle(this.#conversation.add(question));
  }

  /** Ask the question of a turn; show and tell what becomes of it. */
  async #settle(turn) {
    const settling = this.#conversation.settle(turn, this.#endpoint, this.policy);
    this.#say(this.#strings.busy);
    this.#scrollToLast();
    if (!(await settling)) return null;
    this.#scrollToLast();
    const { answer, error } = turn;
    const detail = answer ? answerDetail(answer) : errorDetail(error);
    if (this.shareQuestions) detail.question = turn.question;
    this.#say(detail.n_excerpts ? stringsOf(answer.lang).found(detail.n_excerpts) : "");
    this.#emit(answer ? "answer" : "error", detail);
    return detail;
  }

  /** Show the newest question at the top, of a long one the end: its answer is read from there. */
  async #scrollToLast() {
    await this.updateComplete;
    const log = this.#log;
    const [question, outcome] = log.lastElementChild.children;
    if (!outcome) return;
    const topOf = (/** @type {Element} */ one) => one.getBoundingClientRect().top;
    const top = Math.max(topOf(question), topOf(outcome) - log.clientHeight / 2);
    log.scrollTop += top - topOf(log) - 16;
  }

  #copy = async (excerpt, policy) => {
    const url = sectionUrl(this.#endpoint, excerpt.section);
    const text = citationOf(excerpt, policy, url, this.#strings.revised);
    if (!(await copyText(text))) return;
    this._copied = excerpt;
    this.#say(this.#strings.copied);
    this.#later("copied", COPIED_MS, () => (this._copied = null));
  };

  #vote = (turn, choice) => {
    turn.vote = choice;
    this.requestUpdate();
    this.#say(this.#strings.thanks);
    // A vote that gets lost is not worth a visitor's attention.
    sendVote(this.#endpoint, turn.answer.request_id, choice).catch(() => {});
  };

  /** Let a screen reader say something once. */
  #say(text) {
    this._spoken = text;
    this.#later("spoken", SPOKEN_MS, () => (this._spoken = ""));
  }

  #later(name, milliseconds, act) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(act, milliseconds);
  }

  #emit(name, detail = {}) {
    const options = { detail, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent(`policy-qa:${name}`, options));
  }
}

/** Return what the event tells of an answer: nothing that was typed, nothing that was quoted. */
function answerDetail({ request_id, status, lang, topic, excerpts }) {
  return { request_id, status, lang, topic: topic?.id ?? null, n_excerpts: excerpts.length };
}

function errorDetail({ kind, status, waitSeconds }) {
  return { kind, status, wait_seconds: waitSeconds };
}
