/**
 * Bundles src/ into the two files that sites load, ../static/policy-qa.js and .mjs, and writes
 * beside them what they were made from (policy-qa.json) and Lit's license, which goes with them.
 */

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const MAX_GZIP_BYTES = 15 * 1024;
const here = new URL("./", import.meta.url);
const out = new URL("../static/", here);
const BANNER = "/*! policy-qa, Apache-2.0; holds Lit (c) Google LLC, BSD-3-Clause */";
const BUNDLES = [
  { name: "policy-qa.js", entry: "src/classic.js", format: "iife" },
  { name: "policy-qa.mjs", entry: "src/module.js", format: "esm" },
];

// Names of properties that only our own files read and write; no part of the DOM, of Lit, of an
// answer or of what pages use may be among them.
const INTERNAL_NAMES = [
  ..."busy canAsk composer contactUs copied errors found hasVotes hello helpful isMarked".split(" "),
  ..."newTab note onAbandoned onAsk onClear onClose onCopy onEdit onOpen onRetry onSay".split(" "),
  ..."onSend onVote onWaited over retry revised settle spoken subtitle thanks turns".split(" "),
  ..."waitSeconds waited whole _copied _spoken".split(" "),
];

/** The style sheet is a string, which esbuild would leave as long as it is written. */
const shortStyles = {
  name: "short-styles",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]styles\.js$/ }, async () => {
      const { CSS_TEXT, SHEET } = await import("./src/styles.js");
      const { code } = await transform(CSS_TEXT, { loader: "css", minify: true, target: TARGET });
      // esbuild leaves the values of custom properties as they are written.
      const exported = { CSS_TEXT: code.trim().replace(/([:,]) /g, "$1"), SHEET };
      const lines = Object.entries(exported).map(
        ([name, value]) => `export const ${name} = ${JSON.stringify(value)};`,
      );
      return { contents: lines.join("\n"), loader: "js" };
    });
  },
};
const TARGET = ["chrome111", "firefox114", "safari16.4"];

/** Templates keep the indentation they are written with, which only the reader of a source needs. */
const shortTemplates = {
  name: "short-templates",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]src[/\\][\w-]+\.js$/ }, ({ path }) => {
      return { contents: readFileSync(path, "utf8").replace(/\n\s+/g, "\n"), loader: "js" };
    });
  },
};

/**
 * Lit can write <style> elements for browsers without constructable style sheets. None of TARGET
 * is one, and the policies of strict sites forbid such elements.
 */
const onlySheets = {
  name: "only-sheets",
  setup({ onLoad }) {
    const contents = `
      export const getCompatibleStyle = (sheet) => sheet;
      export const adoptStyles = (root, sheets) => { root.adoptedStyleSheets = sheets; };
      export const CSSResult = null, css = null, unsafeCSS = null, supportsAdoptingStyleSheets = true;
    `;
    onLoad({ filter: /[/\\]reactive-element[/\\]css-tag\.js$/ }, () => ({ contents }));
  },
};

/** Return the SHA-256 over names and contents of all sources, in order of their names. */
function hashSources() {
  const sources = readdirSync(new URL("src/", here)).map((name) => `src/${name}`);
  const hash = createHash("sha256");
  for (const name of ["build.mjs", "package-lock.json", "package.json", ...sources.sort()]) {
    hash.update(`${name}\0`).update(readFileSync(new URL(name, here))).update("\0");
  }
  return hash.digest("hex");
}

async function bundle({ name, entry, format }) {
  const { outputFiles } = await build({
    entryPoints: [new URL(entry, here).pathname],
    bundle: true,
    minify: true,
    write: false,
    format,
    target: TARGET,
    charset: "utf8",
    legalComments: "none",
    mangleProps: new RegExp(`^(${INTERNAL_NAMES.join("|")})$`),
    banner: { js: BANNER },
    plugins: [onlySheets, shortStyles, shortTemplates],
  });
  const [{ contents }] = outputFiles;
  writeFileSync(new URL(name, out), contents);
  const integrity = `sha256-${createHash("sha256").update(contents).digest("base64")}`;
  return { name, integrity, gzip_bytes: gzipSync(contents, { level: 9, memLevel: 9 }).length, contents };
}

const files = await Promise.all(BUNDLES.map(bundle));
const record = {
  sources: hashSources(),
  integrity: Object.fromEntries(files.map((file) => [file.name, file.integrity])),
};
writeFileSync(new URL("policy-qa.json", out), `${JSON.stringify(record, null, 2)}\n`);
writeFileSync(
  new URL("policy-qa.licenses.txt", out),
  `policy-qa.js and policy-qa.mjs hold Lit (https://lit.dev):\n\n${readFileSync(
    new URL("node_modules/lit/LICENSE", here),
    "utf8",
  )}`,
);

for (const { name, integrity, gzip_bytes } of files) {
  console.log(`${name}  ${gzip_bytes} bytes gzipped  ${integrity}`);
  if (gzip_bytes > MAX_GZIP_BYTES) {
    console.error(`${name} has more than ${MAX_GZIP_BYTES} bytes gzipped`);
    process.exitCode = 1;
  }
}
const [{ integrity, contents }] = files;
const short = createHash("sha256").update(contents).digest("hex").slice(0, 16);
console.log(`
Two lines for any site (put in the address of your service):

<script src="https://qa.example.jp/widget/v1/${short}/policy-qa.js" async
  integrity="${integrity}" crossorigin="anonymous"></script>
<policy-qa endpoint="https://qa.example.jp" lang="ja"></policy-qa>`);
