import { BlockList, isIP } from "node:net";

/** Whether a host name of a URL is this machine. */
export function isLoopback(hostname: string): boolean {
  const host = bare(hostname);
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/u.test(host);
}

// Where clouds answer with the machine's own credentials, and addresses that no store has.
const FORBIDDEN = new BlockList();
for (const [net, prefix] of [
  ["169.254.0.0", 16],
  ["0.0.0.0", 8],
  ["100.100.100.200", 32],
  ["168.63.129.16", 32],
  ["192.0.0.192", 32],
] as const)
  FORBIDDEN.addSubnet(net, prefix, "ipv4");
FORBIDDEN.addSubnet("fe80::", 10, "ipv6");
FORBIDDEN.addAddress("fd00:ec2::254", "ipv6");
FORBIDDEN.addAddress("::", "ipv6");

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/**
 * Whether an address that a server named must not be connected to.
 * @param address numeric, as the resolver gave it
 * @param loopback whether this machine itself is allowed: only when the server that named it is on it
 */
export function isForbidden(address: string, loopback: boolean): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/iu, "");
  const family = isIP(plain) === 6 ? "ipv6" : "ipv4";
  return FORBIDDEN.check(plain, family) || (!loopback && LOOPBACK.check(plain, family));
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/gu, "").toLowerCase();
}
