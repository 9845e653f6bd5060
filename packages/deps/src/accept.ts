import { ModelkeepError } from "@modelkeep/findings";
import { isAmong } from "@modelkeep/findings/risks/register";
import type { Accepted, DepsFinding } from "./finding.ts";
import { canonicalName } from "./names.ts";
import { recordOf } from "./text/json.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/u;

/** Marks what somebody accepted. An entry whose day is over accepts nothing, and is given back. */
export function accept(
  findings: readonly DepsFinding[],
  register: readonly Accepted[],
  now: number,
): { findings: DepsFinding[]; expired: Accepted[] } {
  const today = new Date(now).toISOString().slice(0, 10);
  const inForce = register.filter(({ expires }) => expires >= today);
  return {
    findings: findings.map((finding) => {
      const entry = inForce.find((one) => covers(one, finding));
      return entry === undefined ? finding : { ...finding, accepted: entry };
    }),
    expired: register.filter(({ expires }) => expires < today),
  };
}

function covers(entry: Accepted, finding: DepsFinding): boolean {
  const ids = [finding.ruleId, finding.id, ...(finding.id === undefined ? [] : (finding.aliases ?? []))];
  if (!ids.some((id) => id?.toUpperCase() === entry.id.toUpperCase())) return false;
  if (entry.paths !== undefined && !isAmong(finding.file, entry.paths)) return false;
  return entry.package === undefined || finding.package === canonicalName(entry.package);
}

/**
 * Reads `deps.accept` of the configuration.
 * @throws {ModelkeepError} `CONFIGURATION` for an entry without id, reason, owner and day
 */
export function readAccepted(value: unknown): Accepted[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw fault("is no list");
  return value.map((one: unknown, at) => {
    const entry = recordOf(one) ?? {};
    const [id, reason, owner] = ["id", "reason", "owner"].map((key) => textIn(entry[key], at, key));
    const expires = textIn(entry["expires"], at, "expires");
    if (!DAY.test(expires) || Number.isNaN(Date.parse(expires)))
      throw fault(`has in entry ${at + 1} a day that is none: ${expires}`);
    const name = entry["package"];
    if (name !== undefined && typeof name !== "string")
      throw fault(`has in entry ${at + 1} a package that is no text`);
    return {
      ...{ id: id ?? "", reason: reason ?? "", owner: owner ?? "", expires },
      ...(name === undefined ? {} : { package: name }),
    };
  });
}

function textIn(value: unknown, at: number, key: string): string {
  if (typeof value === "string" && value.trim() !== "") return value.trim();
  throw fault(`has in entry ${at + 1} no ${key}`);
}

function fault(what: string): ModelkeepError {
  return new ModelkeepError(
    "CONFIGURATION",
    `deps.accept ${what}: each entry has id, reason, owner and expires (YYYY-MM-DD), and may have package`,
  );
}
