import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { progressLine } from "./progress.ts";

let now: number;
let written: string[];
const { isTTY } = process.stderr;

beforeEach(() => {
  now = 0;
  written = [];
  vi.spyOn(performance, "now").mockImplementation(() => now);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.stderr.isTTY = isTTY;
});

function updates(...times: readonly number[]): void {
  using line = progressLine();
  for (const time of times) {
    now = time;
    line.update({ done: time, total: 9_999, findings: 3 });
  }
}

describe("the line of progress", () => {
  test("comes after a second, not too often, and goes away", () => {
    process.stderr.isTTY = true;
    updates(10, 999, 1_000, 1_100, 1_300);
    expect(written).toEqual([
      "\r\u001b[Kaudited 1000 of 9999 files, 3 findings…",
      "\r\u001b[Kaudited 1300 of 9999 files, 3 findings…",
      "\r\u001b[K",
    ]);
  });

  test("does not come where the work is short", () => {
    process.stderr.isTTY = true;
    updates(10, 20);
    expect(written).toEqual([]);
  });

  test("does not come where nobody sees it", () => {
    process.stderr.isTTY = false;
    updates(10, 5_000);
    expect(written).toEqual([]);
  });
});
