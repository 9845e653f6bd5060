import { expect, test } from "vitest";
import { parseLock } from "./lock.ts";

const HASH = "a".repeat(64);

test("versions and hashes", () => {
  const text = `# a comment\nNumPy==2.4.6 \\\n    --hash=sha256:${HASH} \\\n    --hash=sha256:${"b".repeat(64)}\n    # via x\ntomli==2.0 ; python_version < '3.11' \\\n    --hash=sha256:${HASH}\n`;
  expect(parseLock(text)).toEqual([
    { name: "numpy", version: "2.4.6", hashes: [HASH, "b".repeat(64)] },
    { name: "tomli", version: "2.0", hashes: [HASH] },
  ]);
});

test.each([
  "numpy==1",
  "numpy>=1 --hash=sha256:aa",
  `numpy==1 --hash=md5:${HASH}`,
  `numpy==1 --hash=sha256:${HASH} --pre`,
  "-r x",
  "--index-url x",
])("%s is no lock", (line) => {
  expect(() => parseLock(line)).toThrow(/without exact version and hashes/u);
});
