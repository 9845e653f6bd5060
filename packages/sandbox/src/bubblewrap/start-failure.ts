import { SandboxError } from "../error.ts";

/** What bubblewrap or the kernel say, and what a person should do about it. */
const CAUSES: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [/ENOENT/u, "bubblewrap is not installed: install the package bubblewrap"],
  [
    /no permissions to create new namespace|creating new namespace failed|setting up uid map/iu,
    "this machine forbids user namespaces: allow them (sysctl kernel.unprivileged_userns_clone=1, or kernel.apparmor_restrict_unprivileged_userns=0), or run on another machine",
  ],
  [/disable-userns|unknown option/iu, "bubblewrap is too old: install version 0.8 or newer"],
  [
    /max_user_namespaces|no space left on device/iu,
    "no more user namespaces: raise sysctl user.max_user_namespaces",
  ],
];

/** The error for a worker that did not start. @param said the end of its output */
export function startFailure(said: string, cause: unknown): SandboxError {
  const known = CAUSES.find(([pattern]) => pattern.test(said));
  const last = said.split("\n").at(-1) ?? "";
  const message = known?.[1] ?? `the sandbox did not start: ${last === "" ? "it said nothing" : last}`;
  return new SandboxError("unavailable", message, { cause, output: said });
}
