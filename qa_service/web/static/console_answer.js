/**
 * Turns an answer as visitors get it into what an agent is shown of it.
 *
 * @typedef {import("./console_page.js").Excerpt} Excerpt
 * @typedef {import("./console_page.js").Policy} Policy
 * @typedef {import("./console_page.js").Span} Span
 */

import { fill, make, marked, nameOf, words } from "./console_page.js";

const SHAPES = { answered: "●", partial: "◐", silent: "○", off_topic: "–" };

/**
 * @param {string} question @param {Object} answer of `/v1/ask`
 * @param {(cited: Span) => void} go shows a clause
 */
export function answerNodes(question, answer, go) {
  const { status, lang, topic, excerpts, nearest, contact, suggestions, policy } = answer;
  const shape = make("span", { "aria-hidden": "true" }, SHAPES[status]);
  const titled = (isThere, title, node) => (isThere ? [make("h3", {}, title), node()] : []);
  const nodes = [
    make("p", { class: "facts" }, fill(words.asked, question)),
    make("p", { class: "path", lang: policy.lang }, policy.title),
    make("p", { class: `chip ${status}` }, shape, ` ${words[status]}`),
    make("p", { class: "message", lang }, answer.message),
    topic && make("p", { class: "facts" }, fill(words.told_about, topic.label)),
    ...excerpts.map((excerpt) => quoteNode(excerpt, policy, go)),
    ...titled(nearest.length, words.nearest, () =>
      make("ul", { lang: policy.lang }, ...nearest.map(linkNode)),
    ),
    ...titled(contact, words.contact, () => quoteNode(contact, policy, go)),
    ...titled(suggestions.length, words.suggestions, () =>
      make("ul", { lang }, ...suggestions.map((text) => make("li", {}, text))),
    ),
  ];
  return nodes.filter(Boolean);
}

function linkNode(section) {
  const away = { href: section.url, target: "_blank", rel: "noopener" };
  return make("li", {}, make("a", away, nameOf(section)));
}

/** @param {Excerpt} excerpt @param {Policy} policy @param {(cited: Span) => void} go */
function quoteNode(excerpt, policy, go) {
  const { start, end, lead_in: leadIn, translation } = excerpt;
  const attributes = { type: "button", class: "name", lang: policy.lang };
  const opener = make("button", attributes, nameOf(excerpt.section));
  opener.addEventListener("click", () => go({ policy: policy.id, start, end }));
  return make(
    "figure",
    {},
    make("figcaption", {}, opener),
    make(
      "blockquote",
      { lang: policy.lang },
      leadIn && make("p", { class: "lead-in" }, leadIn.text),
      make("p", { class: "words" }, ...marked(excerpt.text, excerpt.highlights)),
    ),
    translation && make("p", { class: "note" }, words.translation),
    translation && make("p", { class: "words", lang: translation.lang }, translation.text),
  );
}
