/**
 * Turns a clause into what is shown of it: its passages, how to copy it, and what changed.
 *
 * @typedef {import("./console_page.js").Policy} Policy
 * @typedef {import("./console_page.js").Span} Span
 * @typedef {"plain"|"markdown"|"html"|"link"} Form
 * @typedef {{kind: string, text: string, marker: string, depth: number, block: number,
 *   line: number, hit: boolean}} Element
 * @typedef {{revision: {date: ?string, sha256: string, title: ?string}, changed: boolean,
 *   segments: {kind: "same"|"removed"|"added", text: string}[]}} Change
 */

import { fill, hashNode, make, nameOf, ui, words } from "./console_page.js";

/** The forms in which a clause is copied, and the key of each. */
export const KEYS = { plain: "c", markdown: "m", html: "h", link: "p" };

const MAX_DEPTH = 3;

/**
 * Returns the nodes of a clause as the server sent it.
 * @param {Object} shown
 * @param {{copy: (form: Form) => void, go: (cited: Span) => void}} actions
 */
export function clauseNodes(shown, { copy, go }) {
  const { policy, section } = shown;
  const above = [policy.title, ...section.path.slice(0, -1)];
  const date = policy.last_modified ? fill(words.revised, policy.last_modified) : words.no_date;
  const said = { changed: words.changed, gone: words.gone }[shown.state];
  const from = shown.cited && (shown.cited.date ?? shown.cited.sha256.slice(0, 12));
  const cited = from && ` ${fill(words.cited, from)}`;
  const before = shown.change?.revision.title;
  const renamed = before && before !== section.path.at(-1) ? before : null;
  const away = { href: shown.url, target: "_blank", rel: "noopener" };
  const nodes = [
    said && make("p", { class: "notice", role: "alert" }, said, cited),
    make("p", { class: "path", lang: policy.lang }, above.join(" › ")),
    make("h2", { lang: policy.lang }, nameOf(section)),
    make("p", { class: "facts" }, date, " ", hashNode(policy.sha256)),
    make(
      "div",
      { class: "copy", role: "group", "aria-label": words.copy },
      ...Object.keys(KEYS).map((form) => copyButton(form, copy)),
      make("a", away, words.page),
    ),
    make("div", { class: "text", lang: policy.lang }, ...rowsOf(shown)),
    make(
      "nav",
      { class: "around", "aria-label": words.around },
      neighbour(words.previous, shown.previous, policy, go),
      neighbour(words.next, shown.next, policy, go),
    ),
    make("h3", { class: "changes" }, words.changes),
    renamed && make("p", { class: "note" }, fill(words.renamed, renamed)),
    changeNode(shown.change, policy),
  ];
  return nodes.filter(Boolean);
}

/** @param {Form} form @param {(form: Form) => void} copy */
function copyButton(form, copy) {
  const key = make("kbd", { "aria-hidden": "true" }, KEYS[form]);
  const attributes = { type: "button", "aria-keyshortcuts": KEYS[form] };
  const button = make("button", attributes, words[form], " ", key);
  button.addEventListener("click", () => copy(form));
  return button;
}

/** Returns the passages below each other with the file's line numbers; sentences run on. */
function rowsOf({ elements, section, policy }) {
  const rows = [];
  const below = section.title && elements[0].kind === "heading" ? elements.slice(1) : elements;
  let block = -1;
  for (const element of below) {
    const runsOn = element.block === block && element.kind === "sentence";
    if (!runsOn) rows.push(rowOf(element));
    else if (policy.lang !== "ja") rows.at(-1).lastChild.append(" ");
    rows.at(-1).lastChild.append(...passageNodes(element));
    block = element.block;
  }
  return rows;
}

/** @param {Element} element */
function rowOf({ kind, depth, line }) {
  const title = fill(words.line, line);
  return make(
    "div",
    { class: `row ${kind} depth-${Math.min(depth, MAX_DEPTH)}` },
    make("span", { class: "number", "aria-hidden": "true", title }, String(line)),
    make(kind === "heading" ? "h3" : "p"),
  );
}

/** @param {Element} element */
function passageNodes({ kind, text, marker, hit }) {
  const [label, ...value] = text.split("\n");
  const nodes = [text];
  if (kind === "label" && value.length) {
    nodes.splice(0, 1, make("b", {}, label), "\n", value.join("\n"));
  }
  if (kind === "item" && marker) nodes.unshift(make("span", { class: "marker" }, marker));
  return hit ? [make("mark", { class: "hit" }, ...nodes)] : nodes;
}

/**
 * @param {string} name @param {?Span & {title: string}} beside
 * @param {Policy} policy @param {(cited: Span) => void} go
 */
function neighbour(name, beside, policy, go) {
  if (!beside) return null;
  const title = make("span", { lang: policy.lang }, beside.title || words.preamble);
  const button = make("button", { type: "button" }, `${name}${ui === "ja" ? "：" : ": "}`, title);
  const { start, end } = beside;
  button.addEventListener("click", () => go({ policy: policy.id, start, end }));
  return button;
}

/** @param {?Change} change @param {Policy} policy */
function changeNode(change, policy) {
  const note = (text) => make("p", { class: "note" }, text);
  if (!change) return note(words.no_revision);
  const { date, sha256, title } = change.revision;
  const when = date ?? sha256.slice(0, 12);
  if (!change.changed) return note(fill(words.unchanged, when));
  if (title === null) return note(fill(words.new_clause, when));
  const side = (name, day, hash, kind, tag) =>
    make(
      "section",
      { "aria-label": name },
      make("p", { class: "facts" }, make("b", {}, name), ` ${day ?? words.no_date} `, hashNode(hash)),
      make(
        "p",
        { class: "words", lang: policy.lang },
        ...change.segments
          .filter((segment) => segment.kind === "same" || segment.kind === kind)
          .map(({ text, kind: own }) => (own === kind ? make(tag, {}, text) : text)),
      ),
    );
  return make(
    "div",
    { class: "sides" },
    side(words.before, date, sha256, "removed", "del"),
    side(words.after, policy.last_modified, policy.sha256, "added", "ins"),
  );
}
