// One of several processes on one cache: `node cache_user.mjs FOLDER NAMES ROUNDS`. Keeps, takes and trims at random, and
// prints how often what it took was not what was kept.
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ModelCache } from "../../packages/model-io/dist/cache/cache.js";

const [folder, names, rounds] = process.argv.slice(2);
const cache = new ModelCache(join(folder, "cache"), join(folder, "state"), { maxBytes: 200_000 });
const hashes = names.split(",");
let [wrong, taken] = [0, 0];
for (let round = 0; round < Number(rounds); round++) {
  const sha256 = hashes[Math.floor(Math.random() * hashes.length)];
  await cache.keep(join(folder, "files", sha256), sha256);
  const target = join(folder, `${process.pid}.${round}`);
  if ((await cache.take(sha256, target)) !== undefined) {
    taken++;
    if (createHash("sha256").update(readFileSync(target)).digest("hex") !== sha256) wrong++;
    rmSync(target);
  }
  if (round % 5 === 0) await cache.trim();
}
process.stdout.write(JSON.stringify({ wrong, taken }));
