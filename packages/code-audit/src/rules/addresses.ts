import { HOLE } from "../python/value.ts";

/** Hosts that a packet for never leaves the machine. */
const LOOPBACK =
  /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|0\.0\.0\.0|[\w-]+\.localhost|host\.docker\.internal|testserver)$/i;

/** Host of an address; undefined when the text is none, or the host is not known. */
export function hostOf(address: string): string | undefined {
  const match = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@\s]*@)?(\[[^\]]+\]|[^/:?#\s]+)/i.exec(address.trim());
  const host = match?.[1];
  return host === undefined || host.startsWith(HOLE) ? undefined : host;
}

/** Whether an address sends in the clear, and beyond this machine. */
export function isPlaintext(address: string): boolean {
  if (!/^http:\/\//i.test(address.trim())) return false;
  const host = hostOf(address);
  return host !== undefined && !LOOPBACK.test(host);
}

/** The part of an address that is a password; undefined where there is none, or it is put in from elsewhere. */
export function passwordIn(address: string): string | undefined {
  return /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"]*:([^\s/@'"]+)@[^\s/'"]/i.exec(address)?.[1];
}
