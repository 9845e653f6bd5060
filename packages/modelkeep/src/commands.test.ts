import { describe, expect, test } from "vitest";
import { commandNames, loadCommand } from "./commands.ts";

describe("commands", () => {
  test.each(commandNames())("commands/%s exports itself with a summary", async (name) => {
    const command = await loadCommand(name);
    expect(command?.name).toBe(name);
    expect(command?.summary.length).toBeGreaterThan(5);
    expect(command?.summary).not.toContain("\n");
  });

  test.each(["", "..", "../cli", "SCAN", "scan.ts", "scan/../scan", "a".repeat(40), "nothing-here"])(
    "%j is no command",
    async (name) => {
      expect(await loadCommand(name)).toBeUndefined();
    },
  );
});
