import type { Command } from "../command.ts";

export const command: Command = {
  name: "grants",
  summary: "say who may do what on which experiments and models",
  async run(argv) {
    const { grantsCommand } = await import("../gateway/grants.ts");
    return await grantsCommand(argv);
  },
};
