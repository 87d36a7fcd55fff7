/**
 * The pictures of the widget: drawn in lines of the text's colour, and told apart by shape alone.
 */

import { html } from "lit";

const draw = (/** @type {string} */ d) =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${d} /></svg>`;

export const ASK = draw("M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-6l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM8 9h8M8 13h5");
export const CLOSE = draw("M6 6l12 12M18 6L6 18");
export const CLEAR = draw("M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5");
export const SEND = draw("M12 20V5M5 12l7-7 7 7");
export const COPY = draw("M9 9h11v11H9zM6 15H4V4h11v2");
export const OUT = draw("M14 4h6v6M20 4l-9 9M10 5H4v15h15v-6");
export const THUMB = draw("M8 11v9H4v-9zM8 11l4-8c2 0 3 2 2 4l-1 3h6a2 2 0 0 1 2 2l-2 7a2 2 0 0 1-2 1H8");

/** A circle, half a circle, a square, a diamond: what kind of answer it is. */
export const STATUS = {
  answered: draw("M12 3a9 9 0 0 0 0 18a9 9 0 0 0 0-18zM8 12l3 3 5-6"),
  partial: draw("M12 3a9 9 0 0 0 0 18zM16 5a9 9 0 0 1 0 14"),
  silent: draw("M4 4h16v16H4zM8 12h8"),
  off_topic: draw("M12 2l10 10-10 10L2 12zM12 7v6M12 16v.5"),
};
