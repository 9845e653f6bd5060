import type { Command } from "../command.ts";

export const command: Command = {
  name: "audit",
  summary:
    "find where code, notebooks and pipelines trust a model, an address or a secret that they should not",
  async run(argv) {
    const { readConfig } = await import("../config.ts");
    const { parseAuditOptions } = await import("../audit/options.ts");
    const { audit } = await readConfig();
    const options = parseAuditOptions(argv, process.env, audit);
    if (options.help) {
      const { HELP } = await import("../audit/help.ts");
      process.stdout.write(HELP);
      return 0;
    }
    if (options.explain !== undefined) {
      const { explain } = await import("../audit/explain.ts");
      const { AUDIT_RULES } = await import("@modelkeep/code-audit/rule-list");
      process.stdout.write(await explain(options.explain, AUDIT_RULES, options.lang));
      return 0;
    }
    const { version } = await import("../version.ts");
    const { runAudit } = await import("../audit/run.ts");
    return await runAudit(options, version());
  },
};
