import type { Command } from "../command.ts";

export const command: Command = {
  name: "auditlog",
  summary: "verify, search and export the audit log",
  async run(argv) {
    const { auditlogCommand } = await import("../gateway/auditlog.ts");
    return await auditlogCommand(argv);
  },
};
