import type { Command } from "../command.ts";

export const command: Command = {
  name: "stdio",
  summary: "verdicts and predictions for another program, over standard input and output",
  async run(argv) {
    const { stdioCommand } = await import("../stdio/run.ts");
    return await stdioCommand(argv);
  },
};
