/** Filters and sorts the topics table, whose rows the server wrote. */

import { byId, fill, ui } from "./console_page.js";

const body = byId("topics").querySelector("tbody");
const rows = [...body.rows];
const fields = ["filter", "status", "origin"].map(byId);
const count = byId("count");
const [filter, status, origin] = /** @type {HTMLInputElement[]} */ (fields);

function applyFilter() {
  const wanted = filter.value.normalize("NFKC").trim().toLowerCase();
  for (const row of rows) {
    const text = row.textContent.normalize("NFKC").toLowerCase();
    const fits = [status.value || row.dataset.status, origin.value || row.dataset.origin];
    row.hidden = !text.includes(wanted) ||
      fits[0] !== row.dataset.status || fits[1] !== row.dataset.origin;
  }
  const n = rows.filter((row) => !row.hidden).length;
  count.textContent = n ? fill(count.dataset.words, n) : count.dataset.none;
}

/** @param {HTMLElement} header */
function sortBy(header) {
  const column = [...header.parentElement.children].indexOf(header);
  const down = header.getAttribute("aria-sort") === "ascending";
  for (const one of header.parentElement.children) one.setAttribute("aria-sort", "none");
  header.setAttribute("aria-sort", down ? "descending" : "ascending");
  const value = (row) => row.cells[column].dataset.value;
  const compare = new Intl.Collator(ui, { numeric: true }).compare;
  const sorted = rows.toSorted((a, b) => compare(value(a), value(b)));
  body.append(...(down ? sorted.reverse() : sorted));
}

for (const field of fields) field.addEventListener("input", applyFilter);
for (const button of byId("topics").querySelectorAll("thead button")) {
  button.addEventListener("click", () => sortBy(button.parentElement));
}
// A browser may bring back what was chosen before the page was loaded again.
applyFilter();
