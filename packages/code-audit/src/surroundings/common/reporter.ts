import { printable } from "@modelkeep/findings/escape";
import type { Severity } from "@modelkeep/findings";
import type { AuditFinding, Fix, Step, Suggestion } from "../../model/finding.ts";
import type { Unaudited } from "../../model/report.ts";
import type { AuditRule } from "../../model/rule.ts";
import { LineIndex, type Place, type Source } from "../../model/source.ts";
import type { Localized } from "../../model/text.ts";
import { isWellKnown } from "../secrets/values.ts";
import type { Inspected } from "../../inspector.ts";

/** Offsets in the file, end exclusive. */
export type Range = readonly [start: number, end: number];

export interface Details {
  readonly severity?: Severity;
  readonly steps?: readonly Step[];
  readonly fix?: Fix;
  readonly suggestion?: Suggestion;
}

const EVIDENCE_LIMIT = 160;
/** What stands between `://` and `@` may hold a password. */
const USER_INFO = /(:\/\/[^\s/@:]*:)[^\s/@]+(?=@)/gu;

/** Collects what is found in one file, each rule once at a place, and shows no secret that it was told of. */
export class Reporter {
  readonly source: Source;
  readonly #index: LineIndex;
  readonly #found = new Map<string, AuditFinding>();
  readonly #unaudited: Unaudited[] = [];
  readonly #secrets = new Set<string>();

  constructor(source: Source) {
    this.source = source;
    this.#index = new LineIndex(source.text);
  }

  place([start, end]: Range): Place {
    return this.#index.place(this.source.path, start, end);
  }

  /** @param range in the file @param message says what is there, of this place; the rule says what it means */
  add(rule: AuditRule, range: Range, message: Localized, details: Details = {}): void {
    const place = this.place(range);
    const key = `${rule.id}:${place.line}:${place.column}`;
    if (this.#found.has(key)) return;
    this.#found.set(key, {
      ruleId: rule.id,
      severity: details.severity ?? rule.severity,
      message,
      place,
      evidence: this.source.text.slice(range[0], Math.min(range[1], range[0] + 2000)),
      cwe: rule.cwe,
      steps: details.steps ?? [],
      ...(details.fix === undefined ? {} : { fix: details.fix }),
      ...(details.suggestion === undefined ? {} : { suggestion: details.suggestion }),
    });
  }

  /** From now on `secret` is shown nowhere. A password that everybody knows is none, and may be a usual word. */
  hide(secret: string): void {
    if (secret.length > 2 && !isWellKnown(secret)) this.#secrets.add(secret);
  }

  /** The file was audited around what lies at `range`. */
  partial(reason: Localized, range?: Range): void {
    const place = range === undefined ? {} : { place: this.place(range) };
    this.#unaudited.push({ path: this.source.path, ...place, state: "partial", reason });
  }

  /** The file was not audited. */
  unread(reason: Localized): void {
    this.#unaudited.push({ path: this.source.path, state: "unread", reason });
  }

  /** Sorted by place, then rule. */
  result(): Inspected {
    const findings = [...this.#found.values()]
      .map((finding) => ({ ...finding, evidence: this.#shown(finding.evidence) }))
      .sort(
        (a, b) =>
          a.place.line - b.place.line || a.place.column - b.place.column || (a.ruleId < b.ruleId ? -1 : 1),
      );
    return { findings, unaudited: this.#unaudited };
  }

  #shown(text: string): string {
    let shown = text.replace(USER_INFO, "$1•••");
    for (const secret of this.#secrets) shown = shown.replaceAll(secret, "•••");
    return printable(shown.replace(/\s+/gu, " ").trim(), EVIDENCE_LIMIT);
  }
}
