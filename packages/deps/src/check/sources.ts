import type { DepsFinding } from "../finding.ts";
import { say } from "../messages/said.ts";
import type { IndexOption } from "../model.ts";
import type { ProjectFile } from "../project.ts";
import { hasCredentials, withoutCredentials } from "../read/source.ts";
import { type CheckContext, dependenciesOf, findingAt, findingOf, type Located } from "./context.ts";

const LOOPBACK = /^https?:\/\/(?:[^/@]*@)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/]|$)/iu;

/** Options that say where packages come from, and packages that come from elsewhere than an index. */
export function checkSources({ project }: CheckContext): DepsFinding[] {
  return [
    ...project.files.flatMap((file) => file.reading.options.flatMap((option) => checkOption(file, option))),
    ...dependenciesOf(project).flatMap(checkSource),
  ];
}

function checkOption(file: ProjectFile, { kind, value, at }: IndexOption): DepsFinding[] {
  const shown = withoutCredentials(value);
  if (kind === "trusted-host")
    return [findingAt(file, at, "MK3013", say("trustedHost", shown), say("adviseCertificate"))];
  const found: DepsFinding[] = [];
  if (/^http:\/\//iu.test(value) && !LOOPBACK.test(value))
    found.push(findingAt(file, at, "MK3012", say("plainIndex", shown), say("adviseHttps")));
  if (hasCredentials(value))
    found.push(findingAt(file, at, "MK3014", say("credentials", shown), say("adviseCredentials")));
  if (kind === "extra-index")
    found.push(findingAt(file, at, "MK3011", say("extraIndex", shown), say("adviseIndex")));
  return found;
}

function checkSource(located: Located): DepsFinding[] {
  const { source, written } = located.dependency;
  if (source === undefined || (source.kind !== "vcs" && source.kind !== "url")) return [];
  const found: DepsFinding[] = [];
  const text = located.file.source.text.slice(located.dependency.at.start, located.dependency.at.end);
  const address = /[a-z][a-z0-9+.-]*:\/\/\S+/iu.exec(text)?.[0];
  if (
    /^(?:[a-z]+\+)?(?:http|git|svn):\/\//iu.test(source.url) &&
    !LOOPBACK.test(source.url.replace(/^[a-z]+\+/iu, ""))
  )
    found.push(findingOf(located, "MK3012", say("plainSource", written, source.url), say("adviseHttps")));
  if (address !== undefined && hasCredentials(address))
    found.push(findingOf(located, "MK3014", say("credentials", written), say("adviseCredentials")));
  if (!source.fixed && located.dependency.hashes.length === 0) {
    const isVcs = source.kind === "vcs";
    const message = say(isVcs ? "unfixedVcs" : "unfixedUrl", written, source.url);
    found.push(findingOf(located, "MK3015", message, say(isVcs ? "adviseCommit" : "adviseUrlHash")));
  }
  return found;
}
