/**
 * The agents' console: searches while one types, shows a clause in its surroundings and copies it.
 *
 * Whatever comes from the server or from a person enters the page as text nodes only. Nothing is
 * stored, and no question ever stands in an address.
 *
 * @typedef {import("./console_clause.js").Form} Form
 * @typedef {import("./console_hits.js").Hit} Hit
 * @typedef {import("./console_page.js").Span} Span
 */

import { answerNodes } from "./console_answer.js";
import { clauseNodes, KEYS } from "./console_clause.js";
import { writeClipboard } from "./console_clipboard.js";
import { hitNodes } from "./console_hits.js";
import { byId, fill, Latest, load, make, ui, words } from "./console_page.js";

const TYPING_PAUSE_MS = 40;
const MAX_QUERY_CHARS = 500;
const TOAST_MS = 4000;
const TWO_PANES = "(min-width: 60rem)";
const TABS = ["clause", "answer"];

const field = /** @type {HTMLInputElement} */ (byId("query"));
const policyField = /** @type {HTMLSelectElement} */ (byId("policy"));
const langField = /** @type {HTMLSelectElement} */ (byId("lang"));
const dialog = /** @type {HTMLDialogElement} */ (byId("keys"));
const singleKeys = /** @type {HTMLInputElement} */ (byId("single-keys"));
const [list, clausePane, answerPane] = [byId("hits"), byId("clause"), byId("answer")];
const latest = { search: new Latest(), clause: new Latest(), answer: new Latest() };

/** @type {Hit[]} */
let hits = [];
let selected = -1;
/** The clause that is shown, or being loaded; null where that failed. @type {Promise<?Object>} */
let clause = Promise.resolve(null);
let pause = 0;
let quiet = 0;

// Searching.

function searchSoon() {
  clearTimeout(pause);
  pause = setTimeout(search, TYPING_PAUSE_MS);
}

async function search() {
  clearTimeout(pause);
  const signal = latest.search.next();
  const query = field.value.trim();
  if (!answerPane.hidden) showAnswer();
  if (!query) return showHits([], words.start);
  if (Array.from(query).length > MAX_QUERY_CHARS) return showHits([], words.too_long);
  const began = performance.now();
  const body = { query, policy: policyField.value || null, lang: langField.value || null, ui };
  try {
    const found = (await load("/console/search", body, signal)).hits;
    const ms = Math.round(performance.now() - began);
    return showHits(found, found.length ? fill(words.found, found.length, ms) : words.nothing);
  } catch (error) {
    return error.name === "AbortError" ? undefined : showHits([], error.message);
  }
}

/** @param {Hit[]} found @param {string} message */
function showHits(found, message) {
  hits = found;
  selected = -1;
  byId("found").textContent = message;
  list.hidden = !hits.length;
  list.removeAttribute("aria-activedescendant");
  list.replaceChildren(...hitNodes(hits, choose));
  list.scrollTop = 0;
  if (hits.length) select(0);
}

/** Marks a hit in the list and shows its clause. @param {number} i */
function select(i) {
  byId(`hit-${selected}`)?.setAttribute("aria-selected", "false");
  selected = i;
  const option = byId(`hit-${i}`);
  option.setAttribute("aria-selected", "true");
  list.setAttribute("aria-activedescendant", option.id);
  if (document.activeElement === list) option.scrollIntoView({ block: "nearest" });
  const { policy, excerpt } = hits[i];
  clause = showClause({ policy: policy.id, start: excerpt.start, end: excerpt.end });
}

/** @param {number} i */
function choose(i) {
  select(i);
  open();
}

// The clause.

/** @param {Span} cited */
function go(cited) {
  clause = showClause(cited);
  open();
}

/** Goes to the clause that is being shown, and lets the address lead to it. */
async function open() {
  selectTab("clause");
  clausePane.focus({ preventScroll: matchMedia(TWO_PANES).matches });
  const shown = await clause;
  if (!shown) return;
  const address = new URL(shown.permalink);
  const chosen = new URLSearchParams(location.search).get("ui");
  if (chosen) address.searchParams.set("ui", chosen);
  history.replaceState(null, "", location.pathname + address.search);
}

/** @param {Span} cited */
async function showClause(cited) {
  const signal = latest.clause.next();
  try {
    const query = new URLSearchParams({ ...cited, ui });
    const shown = await load(`/console/clause?${query}`, null, signal);
    clausePane.replaceChildren(...clauseNodes(shown, { copy, go }));
    showHit();
    return shown;
  } catch (error) {
    if (error.name !== "AbortError") complain(clausePane, error);
    return null;
  }
}

/** Scrolls the clause's own pane so that the passage in question is in sight. */
function showHit() {
  clausePane.scrollTop = 0;
  const hit = clausePane.querySelector("mark.hit");
  if (!hit) return;
  const top = hit.getBoundingClientRect().top - clausePane.getBoundingClientRect().top;
  if (top > clausePane.clientHeight * 0.7) clausePane.scrollTop = top - clausePane.clientHeight / 4;
}

// What a visitor would be told.

async function showAnswer() {
  const signal = latest.answer.next();
  const question = field.value.trim();
  if (!question) return answerPane.replaceChildren(make("p", { class: "empty" }, words.no_answer));
  try {
    const answer = await load("/v1/ask", { question, policy: policyField.value || null }, signal);
    return answerPane.replaceChildren(...answerNodes(question, answer, go));
  } catch (error) {
    return error.name === "AbortError" ? undefined : complain(answerPane, error);
  }
}

/** @param {HTMLElement} pane @param {Error} error */
function complain(pane, error) {
  pane.replaceChildren(make("p", { class: "notice", role: "alert" }, error.message));
}

// Copying.

/** @param {Form} form */
async function copy(form) {
  const shown = await clause;
  if (!shown) return;
  const { plain, markdown, html } = shown.citations;
  const text = { plain, markdown, html: plain, link: shown.permalink }[form];
  try {
    await writeClipboard(text, form === "html" ? html : null);
    say(fill(words.copied, words[form]));
  } catch {
    say(words.copy_failed);
  }
}

/** Tells something for a short while, to the eye and to screen readers. @param {string} text */
function say(text) {
  clearTimeout(quiet);
  byId("toast").textContent = text;
  quiet = setTimeout(() => byId("toast").replaceChildren(), TOAST_MS);
}

// Keys.

/** Tells a conversion of Japanese; in Safari only the code 229 tells the Enter that ends one. */
const isConverting = (event) => event.isComposing || event.keyCode === 229;

/** Tells a key pressed alone, outside of fields, while such keys are switched on. */
const isSingle = (event) =>
  singleKeys.checked &&
  !(event.ctrlKey || event.metaKey || event.altKey || isConverting(event)) &&
  !event.target.closest("input, textarea, select");

function goToField() {
  field.focus();
  field.select();
}

/** @param {KeyboardEvent} event @returns {?() => void} what a key does wherever it is pressed */
function actionOf(event) {
  if (dialog.open) return null;
  if (event.key === "Escape" && event.target !== field && !isConverting(event)) return goToField;
  if (!isSingle(event)) return null;
  if (event.key === "/") return goToField;
  if (event.key === "?") return () => dialog.showModal();
  const form = Object.keys(KEYS).find((one) => KEYS[one] === event.key);
  return form && event.target.closest("#hits, #clause") ? () => copy(form) : null;
}

document.addEventListener("keydown", (event) => {
  const action = actionOf(event);
  if (!action) return;
  event.preventDefault();
  action();
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && isConverting(event)) event.preventDefault();
  if (event.key !== "ArrowDown" || isConverting(event) || !hits.length) return;
  event.preventDefault();
  list.focus();
  byId(`hit-${selected}`).scrollIntoView({ block: "nearest" });
});

list.addEventListener("keydown", (event) => {
  const last = hits.length - 1;
  const goal = { ArrowDown: selected + 1, ArrowUp: selected - 1, Home: 0, End: last }[event.key];
  if (event.key !== "Enter" && goal === undefined) return;
  event.preventDefault();
  if (event.key === "Enter") open();
  else if (goal < 0) goToField();
  else if (goal <= last) select(goal);
});

byId("search").addEventListener("submit", async (event) => {
  event.preventDefault();
  await search();
  if (hits.length) open();
});

field.addEventListener("input", (event) => {
  if (!event.isComposing) searchSoon();
});
field.addEventListener("compositionend", searchSoon);
policyField.addEventListener("change", search);
langField.addEventListener("change", search);
byId("show-keys").addEventListener("click", () => dialog.showModal());

// Tabs.

/** @param {string} name */
function selectTab(name) {
  for (const one of TABS) {
    const isSelected = one === name;
    const tab = byId(`${one}-tab`);
    byId(one).hidden = !isSelected;
    tab.setAttribute("aria-selected", String(isSelected));
    tab.tabIndex = isSelected ? 0 : -1;
  }
  if (name === "answer") showAnswer();
}

for (const name of TABS) {
  byId(`${name}-tab`).addEventListener("click", () => selectTab(name));
  byId(`${name}-tab`).addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const other = TABS.find((one) => one !== name);
    selectTab(other);
    byId(`${other}-tab`).focus();
  });
}

const given = new URLSearchParams(location.search);
if (given.has("start") && given.has("end")) {
  const parts = ["policy", "start", "end", "sha256"].filter((name) => given.has(name));
  clause = showClause(Object.fromEntries(parts.map((name) => [name, given.get(name)])));
}
// A browser may bring back what was typed before the page was loaded again.
if (field.value) search();
