import type { Command } from "../command.ts";

export const command: Command = {
  name: "verify",
  summary: "verify a model's signature, and that the model is what was signed",
  async run(argv) {
    const { runVerify } = await import("../verify/run.ts");
    return await runVerify(argv);
  },
};
