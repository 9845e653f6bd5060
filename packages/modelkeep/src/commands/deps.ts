import type { Command } from "../command.ts";

export const command: Command = {
  name: "deps",
  summary: "vulnerable, unpinned and look-alike dependencies of requirement, lock and environment files",
  async run(argv) {
    const { readConfig } = await import("../config.ts");
    const { parseDepsOptions } = await import("../deps/options.ts");
    const config = await readConfig();
    const options = parseDepsOptions(argv, process.env, config.deps);
    if (options.help) {
      const { HELP } = await import("../deps/help.ts");
      process.stdout.write(HELP);
      return 0;
    }
    const { acceptedDependencies } = await import("../audit/dependencies.ts");
    const accepted = await acceptedDependencies(config);
    const { version } = await import("../version.ts");
    const { runDeps } = await import("../deps/run.ts");
    return await runDeps({ ...options, accepted }, version());
  },
};
