import type { Command } from "../command.ts";

export const command: Command = {
  name: "keys",
  summary: "create, list and revoke API keys",
  async run(argv) {
    const { keysCommand } = await import("../gateway/keys.ts");
    return await keysCommand(argv);
  },
};
