import type { ListValue, Value } from "@modelkeep/formats";
import { describe as suite, expect, test } from "vitest";
import { bytes, call, global, int, list, persistent, str, tuple } from "../../testing/graphs.ts";
import { describe } from "./describe.ts";

suite("describe", () => {
  test.each<[Value, string]>([
    [{ kind: "none" }, "None"],
    [{ kind: "bool", value: true }, "True"],
    [{ kind: "float", value: Number.NaN }, "NaN"],
    [int(-3), "-3"],
    [str("it's \\ here"), "'it\\'s \\\\ here'"],
    [bytes("a\x00\xff"), "b'a\\x00\\xff'"],
    [global("os", "system"), "os.system"],
    [call(global("os", "system"), tuple(str("id"))), "os.system('id')"],
    [call(global("os", "system"), list(str("id"))), "os.system(*['id'])"],
    [persistent(tuple(int(1))), "persistent((1))"],
    [list(int(1), int(2), int(3), int(4), int(5)), "[1, 2, 3, 4, …]"],
    [{ kind: "dict", entries: [[str("a"), int(1)]], offset: 0 }, "{'a': 1}"],
    [{ kind: "set", frozen: true, items: [int(1)], offset: 0 }, "frozenset([1])"],
  ])("%o is %s", (value, shown) => {
    expect(describe(value)).toBe(shown);
  });

  test("ends where values contain themselves", () => {
    const items: Value[] = [];
    const cyclic: ListValue = { kind: "list", items, offset: 0 };
    items.push(cyclic);
    expect(describe(cyclic)).toBe("[[[[…]]]]");
  });

  test("stays short whatever stands in the file", () => {
    const wide = list(
      ...Array.from({ length: 1000 }, () =>
        list(...Array.from({ length: 1000 }, () => str("x".repeat(1000)))),
      ),
    );
    expect(describe(wide).length).toBeLessThan(2000);
    expect(describe({ kind: "int", value: 1n << 4_000_000n })).toBe("<a huge int>");
    expect(describe(bytes("x".repeat(100_000))).length).toBeLessThan(100);
  });
});
