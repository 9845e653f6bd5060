import type { DepsFinding } from "../finding.ts";
import { say } from "../messages/said.ts";
import { schemeOf } from "../version/scheme.ts";
import { type CheckContext, dependenciesOf, findingOf } from "./context.ts";

/** Pinned releases that the index shows as withdrawn. */
export function checkYanked({ project, pages }: CheckContext): DepsFinding[] {
  const scheme = schemeOf("PyPI");
  return dependenciesOf(project).flatMap((located) => {
    const { ecosystem, name, version, written, source } = located.dependency;
    if (ecosystem !== "PyPI" || version === undefined || source !== undefined) return [];
    const key = scheme.key(version);
    const release = [...(pages.get(name)?.releases ?? [])].find(([known]) => scheme.key(known) === key)?.[1];
    if (release?.yanked === undefined) return [];
    const why = release.yanked === "" ? "" : `: ${release.yanked}`;
    return [findingOf(located, "MK3009", say("yanked", written, version, why), say("adviseYanked"))];
  });
}
