/**
 * `<policy-qa>`: the launcher, the panel and the transcript. Attributes in, events out; what it
 * starts when connected it stops when disconnected. It keeps nothing and loads nothing.
 */

import { LitElement, html, nothing } from "lit";
import { answerTemplate, contactLink, suggestionsTemplate } from "./answer.js";
import { citationOf, sectionUrl } from "./citation.js";
import { sendVote } from "./client.js";
import { copyText } from "./clipboard.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { ASK, CLEAR, CLOSE, STATUS } from "./icons.js";
import { languageOf, stringsOf } from "./strings.js";
import { CSS_TEXT, SHEET } from "./styles.js";

const SPOKEN_MS = 1500;
const COPIED_MS = 2500;
const EDITABLE = ["too_long", "invalid"];

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

  /** The address this file was loaded from; its origin is asked unless `endpoint` says otherwise. */
  static scriptUrl = "";

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
  #sheet = matchMedia(SHEET);
  #timers = {};
  #wasShown = false;
  /** @type {?Element} */
  #cameFrom = null;

  constructor() {
    super();
    this.isOpen = false;
    this.inline = false;
    this._spoken = "";
    this._copied = null;
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
    const hadFocus = this.shadowRoot.activeElement !== null;
    this.isOpen = false;
    await this.updateComplete;
    const launcher = this.renderRoot.querySelector(".launcher");
    if (hadFocus) (launcher ?? this.#cameFrom)?.focus?.();
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

  connectedCallback() {
    super.connectedCallback();
    this.#sheet.addEventListener("change", this.#reopen);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#sheet.removeEventListener("change", this.#reopen);
    Object.values(this.#timers).forEach(clearTimeout);
    this._spoken = "";
    this._copied = null;
  }

  firstUpdated() {
    this.#emit("ready");
  }

  updated(changed) {
    if (this.inline || !changed.has("isOpen")) return;
    if (this.isOpen) this.#show();
    else this.#dialog.close();
    if (changed.get("isOpen") !== undefined) this.#emit(this.isOpen ? "open" : "close");
  }

  render() {
    this.#wasShown ||= this.isOpen || this.inline;
    return html`<slot hidden @slotchange=${() => this.requestUpdate()}></slot>
      <div class="root" lang=${this.#lang} @keydown=${this.#press}>
        ${this.inline
          ? html`<section class="panel" aria-labelledby="title">${this.#panel()}</section>`
          : html`${this.#launcher()}
              <dialog id="panel" class="panel" aria-labelledby="title" @cancel=${this.#cancel}>
                ${this.#wasShown ? this.#panel() : nothing}
              </dialog>`}
      </div>`;
  }

  #launcher() {
    if (this.launcher === "none") return nothing;
    const isBare = this.launcherLabel === "";
    return html`<button
      class="launcher"
      aria-expanded=${this.isOpen}
      aria-controls="panel"
      @click=${() => (this.isOpen ? this.close() : this.open())}
    >
      ${this.isOpen ? CLOSE : ASK}<span class=${isBare ? "unseen" : nothing}
        >${this.launcherLabel || this.#strings.title}</span
      >
    </button>`;
  }

  #panel() {
    const strings = this.#strings;
    const { turns, canAsk } = this.#conversation;
    return html`<header>
        ${ASK}
        <div class="titles">
          <h2 id="title">${strings.title}</h2>
          <p>${strings.subtitle}</p>
        </div>
        ${turns.length ? this.#button(CLEAR, strings.clear, () => this.clear()) : nothing}
        ${this.inline ? nothing : this.#button(CLOSE, strings.close, () => this.close())}
      </header>
      <div
        class="log"
        role="log"
        aria-live="polite"
        aria-relevant="additions"
        aria-label=${strings.log}
        tabindex="0"
      >
        <div class="answer hello">
          <p>${strings.hello}</p>
          ${turns.length
            ? nothing
            : suggestionsTemplate(strings.canAsk, this.#suggestions, { onAsk: this.#choose })}
        </div>
        ${turns.map((turn) => this.#turn(turn, turn === turns.at(-1)))}
      </div>
      ${this.#composer.template(strings, canAsk)}
      <div role="status" class="unseen">${this._spoken}</div>`;
  }

  #button(icon, label, onClick) {
    return html`<button class="plain" aria-label=${label} @click=${onClick}>
      ${icon}
    </button>`;
  }

  #turn(turn, isLast) {
    const { question, answer, error } = turn;
    return html`<div class="turn">
      <p class="question"><span class="unseen">${this.#strings.label}: </span>${question.trim()}</p>
      ${answer
        ? answerTemplate(turn, this.#context(turn, isLast))
        : error
          ? this.#failure(turn)
          : html`<p class="busy" aria-hidden="true">${this.#strings.busy}</p>`}
    </div>`;
  }

  #context(turn, isLast) {
    const strings = stringsOf(turn.answer.lang);
    const vote = (choice) => this.#vote(turn, choice);
    return {
      endpoint: this.#endpoint,
      strings,
      contact: contactLink(this.contactHref, this.contactLabel || strings.contactUs),
      isLast,
      copied: this._copied,
      onAsk: this.#choose,
      onCopy: this.#copy,
      onVote: this.feedback ? vote : null,
    };
  }

  #failure(turn) {
    const strings = this.#strings;
    const { waitSeconds, canAsk } = this.#conversation;
    const { kind } = turn.error;
    const isEditable = EDITABLE.includes(kind);
    const again = isEditable ? () => this.#edit(turn) : () => this.#retry(turn);
    return html`<div class="answer failure" data-kind=${kind}>
      <p class="status">${STATUS.off_topic}<span>${strings.errors[kind]}</span></p>
      ${kind === "limited" && waitSeconds
        ? html`<p class="wait" role="timer">${strings.wait(waitSeconds)}</p>`
        : nothing}
      <button
        class="again"
        aria-disabled=${isEditable || canAsk ? nothing : true}
        @click=${again}
      >
        ${isEditable ? strings.edit : strings.retry}
      </button>
      ${contactLink(this.contactHref, this.contactLabel || strings.contactUs)}
    </div>`;
  }

  get #lang() {
    const tag = this.lang || document.documentElement.lang || navigator.language;
    return languageOf(tag);
  }

  get #strings() {
    return stringsOf(this.#lang);
  }

  get #endpoint() {
    const given = this.endpoint || originOf(PolicyQa.scriptUrl) || location.origin;
    return new URL(given, document.baseURI).href.replace(/\/+$/, "");
  }

  get #suggestions() {
    const listed = this.querySelector("template")?.content.children;
    const given = listed && Array.from(listed, (one) => one.textContent.trim());
    return this.suggestions ?? given ?? this.#strings.suggestions;
  }

  /** @returns {HTMLDialogElement} */
  get #dialog() {
    return this.renderRoot.querySelector("dialog");
  }

  #show() {
    // Over a whole small screen the page behind is out of reach; beside a page it is not.
    if (this.#sheet.matches) this.#dialog.showModal();
    // The method `show` would take the focus, also where a page opens the panel as it loads.
    else this.#dialog.setAttribute("open", "");
  }

  #reopen = () => {
    if (this.inline || !this.isOpen) return;
    this.#dialog.close();
    this.#show();
  };

  #cancel = (event) => {
    event.preventDefault();
    this.close();
  };

  #press = (/** @type {KeyboardEvent} */ event) => {
    // Escape during a conversion belongs to the conversion.
    if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
    if (!this.isOpen || this.inline) return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  };

  /** Take a question from the field; false where it has to wait. */
  #take(question) {
    if (!this.#conversation.canAsk) return false;
    this.#ask(question);
    return true;
  }

  #choose = (question) => {
    if (this.#take(question)) this.#focusLog();
  };

  #ask(question) {
    return this.#settle(this.#conversation.add(question));
  }

  #retry(turn) {
    if (!this.#conversation.canAsk) return;
    this.#settle(turn);
    this.#focusLog();
  }

  #edit(turn) {
    this.#conversation.remove(turn);
    this.#composer.edit(turn.question);
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

  /** Show the newest question at the top, so that its answer is read from its beginning. */
  async #scrollToLast() {
    await this.updateComplete;
    const log = this.renderRoot.querySelector(".log");
    const turn = log?.querySelector(".turn:last-of-type");
    if (turn) log.scrollTop = turn.offsetTop - 12;
  }

  /** Keep the focus near when the button that was pressed goes away. */
  #focusLog() {
    this.renderRoot.querySelector(".log").focus({ preventScroll: true });
  }

  #copy = async (excerpt, policy) => {
    const url = sectionUrl(this.#endpoint, excerpt.section);
    const text = citationOf(excerpt, policy, url, this.#strings.revised);
    if (!(await copyText(text))) return;
    this._copied = excerpt;
    this.#say(this.#strings.copied);
    this.#later("copied", COPIED_MS, () => (this._copied = null));
  };

  #vote(turn, choice) {
    turn.vote = choice;
    this.requestUpdate();
    this.#say(this.#strings.thanks);
    // A vote that gets lost is not worth a visitor's attention.
    sendVote(this.#endpoint, turn.answer.request_id, choice).catch(() => {});
  }

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

function originOf(url) {
  // The address of a script that a page made itself has the origin "null".
  return /^https?:/.test(url) ? new URL(url).origin : null;
}
