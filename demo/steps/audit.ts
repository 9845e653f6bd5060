import { demand, type Step } from "../step.ts";

/** What the story did so far, as the audit log must show it. */
const EXPECTED = [
  ["the refused client without a key", /deny/u],
  ["the user's experiment", /experiment/iu],
  ["the run", /run/iu],
  ["the refused upload", /malicious/u],
  ["the registered model", /registered|model-version/iu],
  ["the alias", /alias/iu],
] as const;

/** The audit log shows every step, and verifies. */
export const audit: Step = {
  title: "The audit log shows every step, and verifies",
  async run(world) {
    const found = await world.modelkeep(
      ["auditlog", "search", "--format", "jsonl", "--data", world.dataDir],
      world.adminKey,
    );
    demand(found.code === 0, "modelkeep auditlog search ends with 0", found.stderr);
    const rows = found.stdout.trim().split("\n");
    for (const [what, pattern] of EXPECTED) {
      demand(
        rows.some((row) => pattern.test(row)),
        `the log shows ${what}`,
        found.stdout.slice(-4_000),
      );
    }
    demand(!found.stdout.includes(world.userKey), "no key is in the log");
    const verified = await world.modelkeep(["auditlog", "verify", "--data", world.dataDir], world.adminKey);
    demand(verified.code === 0, "modelkeep auditlog verify ends with 0", verified);
    return [`${rows.length} rows; ${verified.stdout.trim().split("\n").at(-1)}`];
  },
};
