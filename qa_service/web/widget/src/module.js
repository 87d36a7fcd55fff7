/**
 * The ES module: `<script type="module">` or `import`.
 */

import { PolicyQa, register } from "./index.js";

register(import.meta.url);

export { PolicyQa };
