// Writes the packages of other platforms into package-lock.json: `npm run lock:complete`, after any npm install.
//
// npm leaves an optional package out of the lock when the registry in use does not offer it (a mirror that serves
// one platform, say), and then `npm ci` refuses the lock wherever that package, or its absence, is noticed. Each
// such package is pinned exactly by its parent, so its entry is known without asking. An entry added here has no
// integrity; npm fills it in when the package is installed from a registry that offers it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { missingOptional } from "./lib/lock.mjs";
import { root } from "./lib/setup.mjs";

const file = join(root, "package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8"));
const missing = missingOptional(lock);
for (const { path, entry } of missing) lock.packages[path] = entry;
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, "en")),
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${missing.length} packages of other platforms added`);
