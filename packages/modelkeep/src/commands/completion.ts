import type { Command } from "../command.ts";

export const command: Command = {
  name: "completion",
  summary: "print a script that completes commands and options in your shell",
  async run(argv) {
    const { completionCommand } = await import("../completion/completion.ts");
    return completionCommand(argv);
  },
};
