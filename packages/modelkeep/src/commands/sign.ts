import type { Command } from "../command.ts";

export const command: Command = {
  name: "sign",
  summary: "sign a model: OpenSSF Model Signing, by key, certificate or sigstore",
  async run(argv) {
    const { compileLate } = await import("../signing/late-compilation.ts");
    compileLate();
    const { runSign } = await import("../sign/run.ts");
    return await runSign(argv);
  },
};
