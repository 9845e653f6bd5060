import type { Source } from "../model.ts";
import { parseVersion } from "../version/version.ts";

const VCS = /^(?:git|hg|svn|bzr)\+/iu;
const GIT_HOSTS = /^(?:git|ssh|git@)/iu;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/iu;
const HASH = /[#&](?:sha256=[0-9a-f]{64}|sha384=[0-9a-f]{96}|sha512=[0-9a-f]{128})(?:$|&)/iu;
const ARCHIVE = /\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|tar\.xz|tar)$/iu;

/** What an address or a path of a requirement is. */
export function sourceOf(written: string): Source {
  const url = withoutCredentials(written);
  if (VCS.test(written) || GIT_HOSTS.test(written)) return { kind: "vcs", url, fixed: hasCommit(written) };
  if (/^file:/iu.test(written)) return { kind: "path", url, fixed: true };
  if (/^[a-z][a-z0-9+.-]*:\/\//iu.test(written)) return { kind: "url", url, fixed: HASH.test(written) };
  return { kind: "path", url, fixed: true };
}

/** The revision after the last `@` of an address' path, before `#`. */
function hasCommit(url: string): boolean {
  const path = url.split("#", 1)[0] ?? "";
  const slash = path.indexOf("/", path.indexOf("://") + 3);
  const at = path.lastIndexOf("@");
  return at > slash && COMMIT.test(path.slice(at + 1));
}

/** An address without user and password. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/iu, "$1");
}

/** Whether an address holds a password or token as plain text; one that names a variable does not. */
export function hasCredentials(url: string): boolean {
  const secret = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@/iu.exec(url)?.[1];
  if (secret === undefined || secret === "" || secret === "git") return false;
  const password = secret.includes(":") ? secret.slice(secret.indexOf(":") + 1) : secret;
  return password !== "" && !/^\$\{?\w+\}?$|^%\w+%$|^\{\{.*\}\}$/u.test(password);
}

/** Name and version in the file name of a wheel or a source archive (PEP 427, 625), also at the end of an address. */
export function nameOfArchive(path: string): { name: string; version: string } | undefined {
  const file = (path.split(/[?#]/u, 1)[0] ?? "").split(/[/\\]/u).at(-1) ?? "";
  if (!ARCHIVE.test(file) || file.length > 300) return undefined;
  const stem = decoded(file.replace(ARCHIVE, ""));
  if (/\.whl$/iu.test(file)) {
    const [name, version] = stem.split("-");
    return name && version && parseVersion(version) ? { name, version } : undefined;
  }
  const dash = stem.lastIndexOf("-");
  const [name, version] = [stem.slice(0, dash), stem.slice(dash + 1)];
  return dash > 0 && parseVersion(version) ? { name, version } : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
