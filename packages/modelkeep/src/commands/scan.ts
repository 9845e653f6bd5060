import type { Command } from "../command.ts";

export const command: Command = {
  name: "scan",
  summary: "judge model files: what would loading them do?",
  async run(argv) {
    const { readConfig } = await import("../config.ts");
    const { parseScanOptions } = await import("../scan/options.ts");
    const { scan, ...common } = await readConfig();
    const options = parseScanOptions(argv, process.env, { ...common, ...scan });
    if (options.help) {
      const { HELP } = await import("../scan/help.ts");
      process.stdout.write(HELP);
      return 0;
    }
    // Only now what reads and judges: a wrong option and --help answer at once.
    const { version } = await import("../version.ts");
    const { runScan } = await import("../scan/run.ts");
    return await runScan(options, version());
  },
};
