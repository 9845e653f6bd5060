import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { demand, type Step } from "../step.ts";

/** The gateway stops; then one byte of its log is changed, in a copy. */
export const tamper: Step = {
  title: "Ctrl-C stops everything; then one byte of the audit log is changed, and found",
  async run(world) {
    const code = await world.stopGateway();
    demand(code === 0, "the gateway ends with 0", { code });
    const copy = world.path("tampered");
    await cp(join(world.dataDir, "audit"), join(copy, "audit"), { recursive: true });
    const whole = await world.modelkeep(["auditlog", "verify", "--data", copy]);
    demand(whole.code === 0, "the untouched copy verifies", whole);
    const file = join(copy, "audit", "log.jsonl");
    const bytes = await readFile(file);
    const place = bytes.indexOf("malicious");
    demand(place > 0, "the refused upload is in the file");
    bytes[place] = "M".charCodeAt(0);
    await writeFile(file, bytes);
    const verified = await world.modelkeep(["auditlog", "verify", "--data", copy]);
    demand(verified.code === 1, "auditlog verify ends with 1", verified);
    const said = `${verified.stdout}${verified.stderr}`.trim().split("\n");
    demand(
      said.some((line) => /row \d+/u.test(line)),
      "it names the row",
      verified,
    );
    return [`byte ${place} changed from m to M: ${said.find((line) => /row \d+/u.test(line))}`];
  },
};
