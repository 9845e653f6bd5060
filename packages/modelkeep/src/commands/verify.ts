import type { Command } from "../command.ts";

export const command: Command = {
  name: "verify",
  summary: "verify a model's signature, and that the model is what was signed",
  async run(argv) {
    const { compileLate } = await import("../signing/late-compilation.ts");
    compileLate();
    const { runVerify } = await import("../verify/run.ts");
    return await runVerify(argv);
  },
};
