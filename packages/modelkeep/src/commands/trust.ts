import type { Command } from "../command.ts";

export const command: Command = {
  name: "trust",
  summary: "why a model's signatures count or not; baselines of unsigned models",
  async run(argv) {
    const { runTrust } = await import("../trust/run.ts");
    return await runTrust(argv);
  },
};
