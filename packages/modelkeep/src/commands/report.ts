import type { Command } from "../command.ts";

export const command: Command = {
  name: "report",
  summary:
    "write the report set of an audit: pages for managers and for whoever mends it, English or Chinese",
  async run(argv) {
    const { readConfig } = await import("../config.ts");
    const { parseReportOptions } = await import("../report/options.ts");
    const config = await readConfig();
    const options = parseReportOptions(argv, process.env, config);
    if (options.help) {
      const { HELP } = await import("../report/help.ts");
      process.stdout.write(HELP);
      return 0;
    }
    const { version } = await import("../version.ts");
    const { runReport } = await import("../report/run.ts");
    return await runReport(options, version(), config);
  },
};
