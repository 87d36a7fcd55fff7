/**
 * Turns what was found into the options of the list.
 *
 * @typedef {import("./console_page.js").Excerpt} Excerpt
 * @typedef {import("./console_page.js").Policy} Policy
 * @typedef {{policy: Policy, excerpt: Excerpt, topic: ?{label: string},
 *   score: ?number}} Hit  a passage; the score is null in the clause whose number was typed
 */

import { fill, make, marked, nameOf, words } from "./console_page.js";

/**
 * Returns the options, those of a clause number in a group of their own.
 * @param {Hit[]} hits @param {(i: number) => void} choose is told which one was clicked
 */
export function hitNodes(hits, choose) {
  const options = hits.map((hit, i) => optionOf(hit, i, choose));
  const nNumbered = hits.filter((hit) => hit.score === null).length;
  if (!nNumbered) return options;
  const groups = [
    [words.numbered, options.slice(0, nNumbered)],
    [words.others, options.slice(nNumbered)],
  ];
  return groups.filter(([, inside]) => inside.length).map(([name, inside]) => {
    const title = make("p", { class: "group", "aria-hidden": "true" }, name);
    return make("div", { role: "group", "aria-label": name }, title, ...inside);
  });
}

/** @param {Hit} hit @param {number} i @param {(i: number) => void} choose */
function optionOf({ policy, excerpt, topic, score }, i, choose) {
  const above = [policy.title, ...excerpt.section.path.slice(0, -1)];
  const { lang } = policy;
  const option = make(
    "div",
    { role: "option", id: `hit-${i}`, "aria-selected": "false" },
    make("p", { class: "path", lang }, above.join(" › ")),
    make("p", { class: "name", lang }, nameOf(excerpt.section)),
    excerpt.lead_in && make("p", { class: "lead-in", lang }, excerpt.lead_in.text),
    make("p", { class: "words", lang }, ...marked(excerpt.text, excerpt.highlights)),
    make(
      "p",
      { class: "facts" },
      topic && make("span", { class: "topic" }, topic.label),
      score !== null && make("span", { class: "score" }, fill(words.score, score.toFixed(2))),
    ),
  );
  option.addEventListener("click", () => choose(i));
  return option;
}
