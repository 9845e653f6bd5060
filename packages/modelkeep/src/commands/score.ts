import type { Command } from "../command.ts";

export const command: Command = {
  name: "score",
  summary: "security score of a project, 0 to 100: what it is made of, and what would raise it most",
  async run(argv) {
    const { readConfig } = await import("../config.ts");
    const { parseScoreOptions } = await import("../score/options.ts");
    const config = await readConfig();
    const options = parseScoreOptions(argv, process.env, config);
    if (options.help) {
      const { HELP } = await import("../score/help.ts");
      process.stdout.write(HELP);
      return 0;
    }
    const { version } = await import("../version.ts");
    const { runScore } = await import("../score/run.ts");
    return await runScore(options, version(), config);
  },
};
