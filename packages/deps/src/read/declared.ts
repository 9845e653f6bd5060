import { type Dependency, dependency, type Problem } from "../model.ts";
import { canonicalName } from "../names.ts";
import type { Span } from "../text/lines.ts";
import { exactVersion, hasWildcard, parseSpecifier } from "../version/specifier.ts";
import { NoRequirement, parsePep508 } from "./pep508.ts";
import { poetrySpecifier } from "./poetry-range.ts";
import { sourceOf } from "./source.ts";

/** A text of a file: its value, where it stands, and where its content begins if it stands there as it is. */
export interface PlacedText extends Span {
  readonly value: string;
  readonly content: number | undefined;
}

/** Dependencies and problems that a reader gathers. */
export class Gathered {
  readonly dependencies: Dependency[] = [];
  readonly problems: Problem[] = [];

  /** One requirement of PEP 508. */
  pep508(text: PlacedText): void {
    const at = { start: text.start, end: text.end };
    try {
      const found = parsePep508(text.value);
      const { content } = text;
      const place = found.versionAt;
      const versionAt =
        place === undefined || content === undefined
          ? undefined
          : { start: content + place.start, end: content + place.end };
      this.dependencies.push(dependency({ ...found, at, versionAt }));
    } catch (error) {
      if (!(error instanceof NoRequirement)) throw error;
      this.problem(`${JSON.stringify(text.value.slice(0, 100))} ${error.message}`, at);
    }
  }

  /** `name = "^1.2"` of poetry or Pipfile: the version in those words. */
  ranged(name: string, range: PlacedText, more: Partial<Dependency> = {}): void {
    const at = { start: range.start, end: range.end };
    const specifier = poetrySpecifier(range.value.trim());
    const parsed = specifier === undefined ? undefined : parseSpecifier(specifier);
    if (specifier === undefined || parsed === undefined) {
      this.problem(`${name} has no valid versions: ${JSON.stringify(range.value.slice(0, 80))}`, at);
      return;
    }
    const version = exactVersion(parsed);
    const where = version === undefined || range.content === undefined ? -1 : range.value.indexOf(version);
    const start = (range.content ?? 0) + where;
    this.dependencies.push(
      dependency({
        ...{ name: canonicalName(name), written: name, at, specifier, version },
        wildcard: hasWildcard(parsed) || range.value.trim() === "*",
        versionAt: where < 0 ? undefined : { start, end: start + (version?.length ?? 0) },
        ...more,
      }),
    );
  }

  /** A package that comes from an address or a path. */
  direct(name: string, url: string, fixed: boolean | undefined, at: Span, kind?: "path" | "vcs"): void {
    const found = sourceOf(url);
    const source = { ...found, fixed: fixed ?? found.fixed, kind: kind ?? found.kind };
    this.dependencies.push(dependency({ name: canonicalName(name), written: name, at, source }));
  }

  /** One package of a lock. */
  locked(name: string, version: string | undefined, at: Span, more: Partial<Dependency> = {}): void {
    const specifier = version === undefined ? "" : `==${version}`;
    this.dependencies.push(
      dependency({ name: canonicalName(name), written: name, at, version, specifier, ...more }),
    );
  }

  problem(message: string, at: Span): void {
    this.problems.push({ message, at });
  }
}
