/**
 * How the widget looks. Every value that a site may set is a `--policy-qa-*` property.
 *
 * `.root` forgets whatever the page does to its own elements; nothing here depends on `:host`
 * having the box it asks for, because a page's rules win over `:host`.
 */

/** Where the panel covers the whole screen: phones, and desktops at 400 % zoom. */
export const SHEET = "(width < 520px) or (height < 480px)";

const LIGHT = `
  --surface: var(--policy-qa-surface, #fff);
  --text: var(--policy-qa-text, #161b24);
  --accent: var(--policy-qa-accent, #2a5bd7);
  --link: var(--policy-qa-link, var(--accent));
  --good: #14703f;
  --warn: #9c4a00;
  color-scheme: light;
`;
const DARK = `
  --surface: var(--policy-qa-surface, #171b22);
  --text: var(--policy-qa-text, #e9edf3);
  --accent: var(--policy-qa-accent, #3d6be0);
  --link: var(--policy-qa-link, color-mix(in srgb, var(--accent) 45%, #fff));
  --good: #79d3a0;
  --warn: #ffb77c;
  color-scheme: dark;
`;

export const CSS_TEXT = `
:host([inline]) { display: block; height: 100%; }
.root {
  all: initial;
  /* The language, by which browsers break lines and choose fonts, is a property in some. */
  -webkit-locale: inherit;
  ${LIGHT}
  --accent-text: var(--policy-qa-accent-text, #fff);
  --muted: var(--policy-qa-muted, color-mix(in srgb, var(--text) 70%, var(--surface)));
  --border: var(--policy-qa-border, color-mix(in srgb, var(--text) 15%, var(--surface)));
  --raised: color-mix(in srgb, var(--text) 5%, var(--surface));
  --offset: var(--policy-qa-offset, 20px);
  --radius: var(--policy-qa-radius, 18px);
  --small: min(var(--radius), 12px);
  color: var(--text);
  font-family: var(--policy-qa-font, system-ui, "Hiragino Sans", "Yu Gothic UI", Meiryo, sans-serif);
  line-height: 1.7;
  line-break: strict;
  overflow-wrap: anywhere;
  word-break: auto-phrase;
  -webkit-text-size-adjust: 100%;
}
@media (prefers-color-scheme: dark) { :host(:not([theme=light])) .root { ${DARK} } }
:host([theme=dark]) .root { ${DARK} }

* { box-sizing: border-box; }
h2, h3, p, ul, figure, blockquote { margin: 0; padding: 0; }
ul { list-style: none; }
button, textarea { font: inherit; border: 1px solid transparent; background: none; }
button, .actions a, .nearest a, .contact {
  display: inline-flex; align-items: center; gap: 8px; min-width: 44px; min-height: 44px; padding: 0;
  border-radius: var(--small); color: var(--link); text-align: start; cursor: pointer;
}
.plain, .vote button, .send { justify-content: center; flex: none; color: var(--muted); }
button:not(.launcher, .send, [aria-disabled]):hover { background: var(--raised); }
[aria-disabled] { cursor: default; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.icon {
  flex: none; width: 20px; fill: none; stroke: currentColor; stroke-width: 1.75;
  stroke-linecap: round; stroke-linejoin: round;
}
.unseen, .launcher[aria-expanded=true] span {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}

.launcher, dialog {
  position: fixed; inset: auto var(--offset) max(var(--offset), env(safe-area-inset-bottom)) auto;
  z-index: var(--policy-qa-z-index, 2147483000); box-shadow: 0 8px 32px #0f172a40;
}
:host([position=left]) :is(.launcher, dialog) { right: auto; left: var(--offset); }
.launcher {
  max-width: calc(100vw - 2 * var(--offset)); min-height: 56px; padding: 8px 17px;
  border-radius: 28px; background: var(--accent); color: var(--accent-text);
  font-size: .9375em; font-weight: 600; line-height: 1.4;
}
.panel {
  display: none; flex-direction: column; overflow: hidden; padding: 0;
  width: 100%; height: 100%; max-width: none; max-height: none;
  border: 1px solid var(--border); border-radius: var(--radius);
  background: var(--surface); color: var(--text); font-size: .9375em;
}
dialog.panel {
  --above: 68px;
  width: min(var(--policy-qa-width, 408px), 100vw - 2 * var(--offset));
  height: min(var(--policy-qa-height, 640px), 100dvh - 2 * var(--offset) - var(--above));
  margin: 0 0 var(--above); animation: rise .2s;
}
:host([launcher=none]) .panel { --above: 0px; }
[open], section.panel { display: flex; }
::backdrop { background: none; }

header {
  display: flex; align-items: center; padding: 8px 8px 8px 16px; border-bottom: 1px solid var(--border);
}
header > .icon { width: 36px; padding: 8px; border-radius: 11px; background: var(--accent); color: var(--accent-text); }
.titles { flex: 1; margin-left: 12px; line-height: 1.4; }
h2 { font-size: 1em; }
h3, .titles p, .wait, .busy, .topic, .lead-in, .vote, form p, .label { color: var(--muted); }
.titles p, form p, .label { font-size: .8em; }

.log { position: relative; flex: 1; padding: 16px; overflow-y: auto; overscroll-behavior: contain; }
.log:focus-visible { outline-offset: -3px; }
.turn { margin-top: 24px; animation: rise .2s; }
.question {
  width: fit-content; max-width: 86%; margin: 0 0 16px auto; padding: 8px 14px;
  border: 1px solid transparent; border-radius: var(--radius); border-end-end-radius: 5px;
  background: var(--accent); color: var(--accent-text); white-space: pre-wrap;
}
.answer > * + * { margin-top: 12px; }
h3, .status, figcaption, .lead-in, .actions, .nearest, .vote { font-size: .8667em; font-weight: 600; line-height: 1.55; }
.answer > h3 { margin-top: 18px; }
.answer > h3 + * { margin-top: 6px; }
.status { display: flex; flex-wrap: wrap; gap: 2px 8px; color: var(--link); }
.answered { color: var(--good); }
.silent, .failure .icon, form .over { color: var(--warn); }
.topic, .lead-in, .vote { font-weight: 400; }

.excerpt, .nearest { border: 1px solid var(--border); border-radius: var(--small); overflow: hidden; }
figcaption { padding: 8px 14px; background: var(--raised); }
blockquote { padding: 12px 14px 4px; }
.lead-in, .text { display: block; white-space: pre-line; word-break: normal; }
.lead-in + .text { margin-top: 6px; padding-left: 12px; border-left: 3px solid var(--border); }
mark { background: color-mix(in srgb, #fc0 30%, var(--surface)); color: inherit; }
.translation { margin: 6px 14px 4px; }
.actions { display: flex; flex-wrap: wrap; gap: 0 16px; padding: 0 14px; }
.actions button { font-weight: inherit; }
.actions a, .nearest a { text-decoration: none; }
:is(.actions, .nearest) a:hover { text-decoration: underline; }
.actions .icon, .nearest .icon { width: 16px; }
.nearest li + li { border-top: 1px solid var(--border); }
.nearest a { display: flex; justify-content: space-between; padding: 6px 14px; }
.suggestions { display: grid; gap: 8px; }
.suggestions button, .again { padding: 8px 16px; border-color: var(--border); border-radius: var(--radius); line-height: 1.5; }
.failure .status { flex-wrap: nowrap; font: inherit; color: inherit; }
.again[aria-disabled] { color: var(--muted); }
.vote { display: flex; align-items: center; }
.vote span { flex: 1; }
.down .icon { rotate: 180deg; }
.vote [aria-disabled] { opacity: .5; }

.busy { animation: pulse 1.6s infinite; }

form { padding: 10px 12px max(8px, env(safe-area-inset-bottom)); border-top: 1px solid var(--border); }
.field { display: flex; align-items: flex-end; border: 1px solid var(--muted); border-radius: var(--radius); }
.field:focus-within { outline: 2px solid var(--link); outline-offset: -2px; }
.field:has([aria-invalid=true]) { outline: 2px solid var(--warn); }
textarea:focus-visible { outline: 0; }
textarea {
  flex: 1; min-width: 0; max-height: 144px; padding: 9px 0 9px 14px;
  resize: none; color: inherit; font-size: max(16px, 1em); line-height: 1.6;
}
::placeholder { color: var(--muted); }
.send .icon { width: 34px; padding: 8px; border-radius: 17px; background: var(--accent); color: var(--accent-text); }
.send[aria-disabled] .icon { background: var(--raised); color: var(--muted); }
form p { margin-top: 6px; text-align: center; }

@keyframes rise { from { opacity: 0; translate: 0 8px; } }
@keyframes pulse { 50% { opacity: .25; } }
@media ${SHEET} {
  .launcher span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  dialog.panel { inset: 0 !important; margin: 0; width: 100%; height: 100dvh; border: 0; border-radius: 0; }
}
@media (height < 320px) { .titles p, #note { display: none; } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
@media print { dialog, .launcher { display: none; } }
`;
