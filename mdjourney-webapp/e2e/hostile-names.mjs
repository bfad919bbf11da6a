/** Prints the hostile strings that can be file names, as a JSON list. */
import { HOSTILE } from "./hostile.mjs";

console.log(JSON.stringify(HOSTILE.map((text, i) => `${i} ${text.replaceAll("/", "∕")}.csv`.slice(0, 120))));
