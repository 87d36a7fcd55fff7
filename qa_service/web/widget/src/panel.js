/**
 * The frame around the conversation: the button on the page, and the panel with head and field.
 */

import { html, nothing } from "lit";
import { ASK, CLEAR, CLOSE } from "./icons.js";
import { transcriptTemplate } from "./transcript.js";

/** @typedef {import("./transcript.js").View & { isOpen: boolean, inline: boolean, spoken: string,
 *    launcherLabel: ?string, turns: import("./conversation.js").Turn[],
 *    composer: import("./composer.js").Composer, onOpen: () => void, onClose: () => void,
 *    onClear: () => void }} PanelView */

/** Return the button that opens the panel, or closes it. */
export function launcherTemplate(/** @type {PanelView} */ view) {
  const { isOpen, launcherLabel, strings, onOpen, onClose } = view;
  return html`<button
    class="launcher"
    aria-expanded=${isOpen}
    aria-controls="panel"
    @click=${isOpen ? onClose : onOpen}
  >
    ${isOpen ? CLOSE : ASK}<span class=${launcherLabel === "" ? "unseen" : nothing}
      >${launcherLabel || strings.title}</span
    >
  </button>`;
}

/** Return what is in the panel. */
export function panelTemplate(/** @type {PanelView} */ view) {
  const { strings, turns, inline, onClear, onClose } = view;
  return html`<header>
      ${ASK}
      <div class="titles">
        <h2 id="title">${strings.title}</h2>
        <p>${strings.subtitle}</p>
      </div>
      ${turns.length ? buttonTemplate(CLEAR, strings.clear, onClear) : nothing}
      ${inline ? nothing : buttonTemplate(CLOSE, strings.close, onClose)}
    </header>
    <div
      class="log"
      role="log"
      aria-live="polite"
      aria-relevant="additions"
      aria-label=${strings.log}
      tabindex="0"
    >
      ${transcriptTemplate(turns, view)}
    </div>
    ${view.composer.template(strings, view.canAsk)}
    <div role="status" class="unseen">${view.spoken}</div>`;
}

const buttonTemplate = (icon, label, onClick) =>
  html`<button class="plain" aria-label=${label} @click=${onClick}>${icon}</button>`;
