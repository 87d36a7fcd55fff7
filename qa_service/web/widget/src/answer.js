/**
 * Turns an answer into what the visitor sees: status, quotations, where to read on.
 *
 * Words of the policy and of the server enter the page as text nodes and attribute values only.
 */

import { html, nothing } from "lit";
import { headingOf, piecesOf, sectionUrl, withTextFragment } from "./citation.js";
import { COPY, OUT, STATUS, THUMB } from "./icons.js";

/** @typedef {import("./transcript.js").View} View */

/**
 * Return an answer; questions to go on with stand under the newest only.
 *
 * @param {import("./conversation.js").Turn} turn @param {boolean} isLast @param {View} view
 */
export function answerTemplate(turn, isLast, view) {
  const { strings } = view;
  const { lang, status, message, topic, excerpts, contact, suggestions, policy } = turn.answer;
  const needsHelp = status !== "answered";
  return html`<div class="answer" lang=${lang}>
    <p class="status ${status}">
      ${STATUS[status]}<strong>${strings.status[status]}</strong>
      ${topic ? html`<span class="topic">${topic.label}</span>` : nothing}
    </p>
    <p>${message}</p>
    ${excerpts.map((excerpt) => excerptTemplate(excerpt, policy, view))}
    ${nearestTemplate(turn.answer, view)}
    ${contact
      ? html`<h3>${strings.contact}</h3>
          ${excerptTemplate(contact, policy, view)}`
      : nothing}
    ${needsHelp ? contactLink(view) : nothing}
    ${isLast && needsHelp ? suggestionsTemplate(strings.canAsk, suggestions, view) : nothing}
    ${view.hasVotes ? voteTemplate(turn, view) : nothing}
  </div>`;
}

/** Return the operator's own contact link, which stands wherever the policy did not settle it. */
export function contactLink(/** @type {View} */ { contactHref, contactLabel, strings }) {
  if (!/^(https?:|mailto:|tel:|\/|#)/i.test(contactHref)) return nothing;
  const label = contactLabel || strings.contactUs;
  return html`<p><a class="contact" href=${contactHref}>${label}</a></p>`;
}

/**
 * Return questions to choose from.
 *
 * @param {string} title @param {string[]} suggestions @param {View} view
 */
export function suggestionsTemplate(title, suggestions, { onAsk }) {
  if (!suggestions?.length) return nothing;
  // The second click of a double click would hit whatever stands there after the first.
  const choose = (question) => (event) => event.detail > 1 || onAsk(question);
  return html`<h3>${title}</h3>
    <ul class="suggestions">
      ${suggestions.map(
        (question) =>
          html`<li><button @click=${choose(question)}>${question}</button></li>`,
      )}
    </ul>`;
}

function excerptTemplate(excerpt, policy, { endpoint, strings, copied, onCopy }) {
  const { section, text, lead_in: leadIn, highlights, translation } = excerpt;
  const url = sectionUrl(endpoint, section);
  const isCopied = copied === excerpt;
  return html`<figure class="excerpt">
    <figcaption lang=${policy.lang}>${headingOf(section, policy)}</figcaption>
    <blockquote lang=${policy.lang}>
      ${leadIn ? html`<span class="lead-in">${leadIn.text}</span>` : nothing}
      <span class="text">${piecesOf(text, highlights).map(pieceTemplate)}</span>
    </blockquote>
    ${translation
      ? html`<div class="translation">
          <span class="label">${strings.translation}</span>
          <span lang=${translation.lang} class="text">${translation.text}</span>
        </div>`
      : nothing}
    <div class="actions">
      ${outLink(url && withTextFragment(url, text), strings.whole, strings)}
      <button @click=${() => onCopy(excerpt, policy)}>
        ${isCopied ? STATUS.answered : COPY}<span>${isCopied ? strings.copied : strings.copy}</span>
      </button>
    </div>
  </figure>`;
}

const pieceTemplate = ({ text, isMarked }) => (isMarked ? html`<mark>${text}</mark>` : text);

function outLink(url, text, strings, lang = nothing) {
  return html`<a href=${url ?? nothing} target="_blank" rel="noopener"
    ><span lang=${lang}>${text}</span>${OUT}<span class="unseen">${strings.newTab}</span></a
  >`;
}

function nearestTemplate({ nearest, policy }, { endpoint, strings }) {
  if (!nearest.length) return nothing;
  const link = (section) =>
    outLink(sectionUrl(endpoint, section), headingOf(section, policy), strings, policy.lang);
  return html`<h3>${strings.nearest}</h3>
    <ul class="nearest">
      ${nearest.map((section) => html`<li>${link(section)}</li>`)}
    </ul>`;
}

function voteTemplate(turn, { strings, onVote }) {
  const { vote } = turn;
  const button = (name) =>
    html`<button
      class=${name}
      aria-label=${strings[name]}
      aria-disabled=${vote ? true : nothing}
      @click=${() => vote || onVote(turn, name)}
    >
      ${THUMB}
    </button>`;
  return html`<div class="vote" role="group" aria-label=${strings.helpful}>
    <span>${vote ? strings.thanks : strings.helpful}</span>${button("up")}${button("down")}
  </div>`;
}
