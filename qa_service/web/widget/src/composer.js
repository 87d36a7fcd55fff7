/**
 * Where a question is typed: the field, the rule for Enter, and how many characters are left.
 */

import { html, nothing } from "lit";
import { MAX_QUESTION_CHARS, countChars } from "./client.js";
import { SEND } from "./icons.js";

const COUNTED_FROM = 50;
// Touch keyboards have no Shift+Enter, so there Enter breaks the line and the button sends.
const TOUCH = matchMedia("(hover: none) and (pointer: coarse)");

/**
 * Tell whether a key press means "send".
 *
 * Enter also ends a Japanese conversion, and must not send then. Chrome and Firefox say so by
 * `isComposing`; Safari ends the conversion before it reports the key, and only its key code 229
 * tells (WebKit bug 165004).
 */
function isSendKey(/** @type {KeyboardEvent} */ event) {
  const isConverting = event.isComposing || event.keyCode === 229;
  return event.key === "Enter" && !event.shiftKey && !isConverting && !TOUCH.matches;
}

/** The field, as part of the element: its text is never written to while it is typed. */
export class Composer {
  #left = MAX_QUESTION_CHARS;
  #isBlank = true;
  /** @type {import("./strings.js").Strings} */
  #strings;

  /**
   * @param {import("lit").LitElement} host
   * @param {(question: string) => boolean} onSend true where the question was taken
   * @param {(text: string) => void} onSay
   */
  constructor(host, onSend, onSay) {
    this.host = host;
    this.onSend = onSend;
    this.onSay = onSay;
  }

  focus() {
    this.#field?.focus();
  }

  /** Put a question back into the field. */
  edit(/** @type {string} */ question) {
    this.#field.value = question;
    this.#read();
    this.focus();
  }

  /** @param {import("./strings.js").Strings} strings @param {boolean} canSend */
  template(strings, canSend) {
    this.#strings = strings;
    const isOver = this.#left < 0;
    return html`<form @submit=${this.#submit}>
      <div class="field">
        <label class="unseen" for="question">${strings.label}</label>
        <textarea
          id="question"
          rows="1"
          autocomplete="off"
          enterkeyhint=${TOUCH.matches ? "enter" : "send"}
          placeholder=${strings.placeholder}
          aria-describedby="count note"
          aria-invalid=${isOver}
          @input=${this.#read}
          @keydown=${this.#press}
        ></textarea>
        <button
          class="send"
          aria-label=${strings.send}
          aria-disabled=${canSend && !this.#isBlank && !isOver ? nothing : true}
        >
          ${SEND}
        </button>
      </div>
      <p id="count" class=${isOver ? "over" : nothing} ?hidden=${this.#left > COUNTED_FROM}>
        ${this.#count}
      </p>
      <p id="note">${strings.note}</p>
    </form>`;
  }

  /** @returns {?HTMLTextAreaElement} */
  get #field() {
    return this.host.renderRoot.querySelector("textarea");
  }

  get #count() {
    const left = this.#left;
    return left < 0 ? this.#strings.over(-left) : this.#strings.left(left);
  }

  #read = () => {
    const field = this.#field;
    const before = this.#left;
    this.#isBlank = !field.value.trim();
    this.#left = MAX_QUESTION_CHARS - countChars(field.value);
    // A screen reader is told twice, and not at every letter.
    const isPassed = (limit) => before > limit && this.#left <= limit;
    if (isPassed(COUNTED_FROM) || isPassed(-1)) this.onSay(this.#count);
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
    this.host.requestUpdate();
  };

  #press = (/** @type {KeyboardEvent} */ event) => {
    if (!isSendKey(event)) return;
    event.preventDefault();
    if (!event.repeat) this.#send();
  };

  #submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    this.#send();
  };

  #send() {
    const field = this.#field;
    if (this.#left < 0) this.onSay(this.#count);
    else if (!this.#isBlank && this.onSend(field.value)) this.edit("");
    field.focus();
  }
}
