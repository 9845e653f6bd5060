import { rule as mk2001 } from "./mk2001.ts";
import { rule as mk2002 } from "./mk2002.ts";
import { rule as mk2101 } from "./mk2101.ts";
import type { PythonRule } from "./rule.ts";

/** Every rule about Python; a test holds this list against the files. */
export const PYTHON_RULES: readonly PythonRule[] = [mk2001, mk2002, mk2101];
