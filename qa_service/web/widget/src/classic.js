/**
 * The classic script: `<script src="…/policy-qa.js" async>`.
 */

import { register } from "./index.js";

register(document.currentScript?.src);
