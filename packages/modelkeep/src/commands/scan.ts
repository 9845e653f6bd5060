import type { Command } from "../command.ts";

export const command: Command = {
  name: "scan",
  summary: "judge model files: what would loading them do?",
  async run(argv) {
    const { scanCommand } = await import("../scan/run.ts");
    return await scanCommand(argv);
  },
};
