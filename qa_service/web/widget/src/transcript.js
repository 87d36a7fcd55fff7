/**
 * Turns a conversation into what the visitor sees of it: a greeting, questions, what became of them.
 */

import { html, nothing } from "lit";
import { answerTemplate, contactLink, suggestionsTemplate } from "./answer.js";
import { STATUS } from "./icons.js";
import { stringsOf } from "./strings.js";

const EDITABLE = ["too_long", "invalid"];

/** @typedef {import("./conversation.js").Turn} Turn */
/** @typedef {{ strings: import("./strings.js").Strings, suggestions: string[], endpoint: string,
 *    contactHref: ?string, contactLabel: ?string, canAsk: boolean, waitSeconds: number,
 *    copied: ?import("./client.js").Excerpt, hasVotes: boolean,
 *    onAsk: (question: string) => void, onRetry: (turn: Turn) => void,
 *    onEdit: (turn: Turn) => void, onVote: (turn: Turn, vote: "up" | "down") => void,
 *    onCopy: (excerpt: import("./client.js").Excerpt, policy: import("./client.js").Policy) => void,
 *  }} View */

/** @param {Turn[]} turns @param {View} view */
export function transcriptTemplate(turns, view) {
  const { strings, suggestions } = view;
  return html`<div class="answer">
      <p>${strings.hello}</p>
      ${turns.length ? nothing : suggestionsTemplate(strings.canAsk, suggestions, view)}
    </div>
    ${turns.map((turn) => turnTemplate(turn, turn === turns.at(-1), view))}`;
}

function turnTemplate(turn, isLast, view) {
  const { question, answer, error } = turn;
  const { label, busy } = view.strings;
  const settled = answer
    ? answerTemplate(turn, isLast, { ...view, strings: stringsOf(answer.lang) })
    : error && failureTemplate(turn, view);
  return html`<div class="turn">
    <p class="question"><span class="unseen">${label}: </span>${question.trim()}</p>
    ${settled ?? html`<p class="busy" aria-hidden="true">${busy}</p>`}
  </div>`;
}

function failureTemplate(turn, view) {
  const { strings, canAsk, waitSeconds, onEdit, onRetry } = view;
  const { kind } = turn.error;
  const isEditable = EDITABLE.includes(kind);
  return html`<div class="answer failure" data-kind=${kind}>
    <p class="status">${STATUS.off_topic}<span>${strings.errors[kind]}</span></p>
    ${waitSeconds
      ? html`<p class="wait" role="timer">${strings.wait(waitSeconds)}</p>`
      : nothing}
    <button
      class="again"
      aria-disabled=${isEditable || canAsk ? nothing : true}
      @click=${() => (isEditable ? onEdit : onRetry)(turn)}
    >
      ${isEditable ? strings.edit : strings.retry}
    </button>
    ${contactLink(view)}
  </div>`;
}
