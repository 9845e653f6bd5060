import { createRequire } from "node:module";
import type * as Yaml from "yaml";

const require = createRequire(import.meta.url);
let loaded: typeof Yaml | undefined;

/** The YAML library, loaded when the first MLmodel is met: loading it costs more than scanning a small pickle. */
export function yaml(): typeof Yaml {
  return (loaded ??= load());
}

function load(): typeof Yaml {
  const library: typeof Yaml = require("yaml");
  return library;
}
