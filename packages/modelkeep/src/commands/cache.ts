import type { Command } from "../command.ts";

export const command: Command = {
  name: "cache",
  summary: "list, verify and clear what the loader keeps",
  async run(argv) {
    const { cacheCommand } = await import("../cache/run.ts");
    return await cacheCommand(argv);
  },
};
