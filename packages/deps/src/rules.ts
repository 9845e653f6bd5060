import type { Rule } from "@modelkeep/findings";

/** What `modelkeep deps` looks for. Each has a page under docs/rules. */
export const RULES: readonly Rule[] = [
  {
    id: "MK3001",
    name: "vulnerable-package",
    title: "A package is asked for in a version with a known vulnerability.",
    severity: "high",
    cwe: "CWE-1395",
    advice: "Raise it to a fixed version; --fix does so where nothing forbids it.",
  },
  {
    id: "MK3002",
    name: "malicious-package",
    title: "A package is reported as malware.",
    severity: "critical",
    cwe: "CWE-506",
    advice: "Remove it, and treat the machines that installed it as compromised.",
  },
  {
    id: "MK3003",
    name: "allows-vulnerable-version",
    title: "A range of versions holds vulnerable ones beside others.",
    severity: "low",
    cwe: "CWE-1395",
    advice: "Raise the lower bound past the last vulnerable version, or lock the project.",
  },
  {
    id: "MK3004",
    name: "not-looked-up",
    title: "A package was not looked up, so nothing is known of it.",
    severity: "medium",
    cwe: "CWE-1059",
    advice:
      "Give the data or the version that is missing, or accept the risk with a reason, an owner and a day.",
  },
  {
    id: "MK3005",
    name: "unread-dependencies",
    title: "A file of dependencies, or a part of one, could not be read.",
    severity: "high",
    cwe: "CWE-1059",
    advice: "Mend what the message names: what is not read is not looked up.",
  },
  {
    id: "MK3006",
    name: "unpinned-package",
    title: "The installer chooses the version of a package.",
    severity: "medium",
    cwe: "CWE-1357",
    advice: "Pin one version, or lock the project with a tool.",
  },
  {
    id: "MK3007",
    name: "wildcard-version",
    title: "A version is written with a wildcard.",
    severity: "medium",
    cwe: "CWE-1357",
    advice: "Pin one version, or lock the project with a tool.",
  },
  {
    id: "MK3008",
    name: "missing-hash",
    title: "A requirement has no hash where hashes are used.",
    severity: "medium",
    cwe: "CWE-353",
    advice: "Lock with hashes, so that only known files are installed.",
  },
  {
    id: "MK3009",
    name: "yanked-release",
    title: "A release was withdrawn from the index by its authors.",
    severity: "medium",
    cwe: "CWE-1357",
    advice: "Choose another version; the index often says why it was withdrawn.",
  },
  {
    id: "MK3010",
    name: "look-alike-name",
    title: "A package's name is made to be mistaken for a well-known one.",
    severity: "high",
    cwe: "CWE-1007",
    advice: "Write the well-known name if that is what was meant; else find out who publishes the package.",
  },
  {
    id: "MK3011",
    name: "extra-index",
    title: "Packages come from several indexes that are mixed.",
    severity: "medium",
    cwe: "CWE-427",
    advice: "Use one index that holds all packages, or bind names to an index.",
  },
  {
    id: "MK3012",
    name: "plaintext-index",
    title: "Packages come over a connection that is not protected.",
    severity: "high",
    cwe: "CWE-319",
    advice: "Use https with a valid certificate.",
  },
  {
    id: "MK3013",
    name: "trusted-host",
    title: "A host is trusted without a valid certificate.",
    severity: "high",
    cwe: "CWE-295",
    advice: "Use a valid certificate, or name its authority.",
  },
  {
    id: "MK3014",
    name: "index-credentials",
    title: "The address of an index or a source holds a password or token.",
    severity: "high",
    cwe: "CWE-798",
    advice: "Revoke it, and take credentials from the environment or a keyring.",
  },
  {
    id: "MK3015",
    name: "unfixed-source",
    title: "A package comes from version control or an address that does not say which content.",
    severity: "medium",
    cwe: "CWE-494",
    advice: "Name the full commit, or the hash of the archive.",
  },
  {
    id: "MK3016",
    name: "conflicting-pins",
    title: "A package is pinned to different versions.",
    severity: "medium",
    cwe: "CWE-1357",
    advice: "Pin one version.",
  },
];

const BY_ID = new Map(RULES.map((rule) => [rule.id, rule]));

/** @throws {TypeError} for an id that is no rule of this package */
export function ruleOf(id: string): Rule {
  const rule = BY_ID.get(id);
  if (rule === undefined) throw new TypeError(`there is no rule ${id}`);
  return rule;
}
