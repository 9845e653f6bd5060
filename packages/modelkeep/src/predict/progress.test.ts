import { expect, test } from "vitest";
import { progressText } from "./progress.ts";

test.each([
  [
    { files: 1, totalFiles: 2, bytes: 5e6, totalBytes: 1e7 },
    "[############------------] 1/2 files, 5.0 MB of 10.0 MB",
  ],
  [
    { files: 0, totalFiles: 2, bytes: 3e7, totalBytes: 1e7 },
    "[########################] 0/2 files, 30.0 MB of 10.0 MB",
  ],
  [{ files: 0, totalFiles: 2, bytes: 100, totalBytes: undefined }, "0/2 files, 0.0 MB"],
  [{ files: 0, totalFiles: 1, bytes: 0, totalBytes: 0 }, "0/1 files, 0.0 MB"],
])("%j is shown as %s", (progress, text) => {
  expect(progressText(progress)).toBe(`fetching ${text}`);
});
