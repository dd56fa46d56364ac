/** Puts d3 where a browser has it: modules that draw find it as a global. */
import { readFileSync } from "node:fs";
import vm from "node:vm";

const source = new URL("../../../src/page/web/vendor/d3.min.js", import.meta.url);
vm.runInThisContext(readFileSync(source, "utf8"));
