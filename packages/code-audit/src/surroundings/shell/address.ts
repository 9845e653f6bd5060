/** Is this host name or address this machine itself? */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/gu, "").toLowerCase();
  return (
    bare === "localhost" ||
    bare.endsWith(".localhost") ||
    bare === "::1" ||
    /^127(?:\.\d{1,3}){3}$/u.test(bare)
  );
}

/** Does a server that binds to this listen on every interface? */
export function isEveryInterface(host: string): boolean {
  return /^(?:0\.0\.0\.0|0|::|\[::\]|\*|0:0:0:0:0:0:0:0|0\.0)$/u.test(host);
}

/** Host of an address with a scheme; empty when there is none. */
export function hostOf(address: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@]*@)?(\[[^\]]*\]|[^\s/:?#]+)/iu.exec(address)?.[1] ?? "";
}

/**
 * Does http to this host leave what belongs together? Names without a dot and cluster names are services of one
 * deployment; an unresolved variable or template says nothing.
 */
export function leavesDeployment(host: string): boolean {
  if (host === "" || isLoopback(host) || isEveryInterface(host) || /[${}<>\u{e000}]/u.test(host))
    return false;
  if (host.startsWith("[")) return true;
  if (!host.includes(".")) return false;
  return !/(?:\.svc|\.svc\.cluster\.local|\.cluster\.local|\.docker\.internal|^host\.docker\.internal)$/iu.test(
    host,
  );
}
