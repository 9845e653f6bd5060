import type { AdvisorySource } from "../advisories.ts";
import type { Project } from "../project.ts";
import { askIndex } from "./index-page.ts";
import { askOsvService, type Named } from "./osv-service.ts";
import type { IndexPages } from "./page.ts";

/** Which services to ask; those without an address are not asked. */
export interface OnlineOptions {
  readonly osvUrl: string | undefined;
  readonly indexUrl: string | undefined;
  readonly now: number;
  readonly timeoutMs?: number;
}

export interface Gathered {
  readonly sources: readonly AdvisorySource[];
  readonly pages: IndexPages;
}

/** Asks services for all packages of a project that come from an index. */
export async function gatherOnline(project: Project, options: OnlineOptions): Promise<Gathered> {
  const { osvUrl, indexUrl, now, timeoutMs } = options;
  const request = timeoutMs === undefined ? {} : { timeoutMs };
  const wanted = project.files
    .flatMap(({ reading }) => reading.dependencies)
    .filter(
      ({ name, source, version }) =>
        /^[\x21-\x7e]+$/u.test(name) && (source === undefined || version !== undefined),
    );
  const names: Named[] = wanted.map(({ ecosystem, name }) => ({ ecosystem, name }));
  const service =
    osvUrl === undefined ? undefined : await askOsvService(names, { url: osvUrl, now, request });
  const pinned = new Map<string, Set<string>>();
  for (const { ecosystem, name, version, source } of wanted) {
    if (ecosystem !== "PyPI" || source !== undefined) continue;
    const versions = pinned.get(name) ?? new Set();
    pinned.set(name, version === undefined ? versions : versions.add(version));
  }
  const index = indexUrl === undefined ? undefined : await askIndex(pinned, { url: indexUrl, now, request });
  return {
    sources: [service, index?.source].filter((one) => one !== undefined),
    pages: index?.pages ?? new Map(),
  };
}
