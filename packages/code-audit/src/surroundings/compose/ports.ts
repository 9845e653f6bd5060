import type { Range } from "../common/reporter.ts";
import { isLoopback } from "../shell/address.ts";
import { publishesToAll } from "../shell/server.ts";
import { entry, isMapping, itemsOf, rangeOf, textOf } from "../yaml/look.ts";
import type { YamlDocument } from "../yaml/read.ts";

/** Where a service publishes a port beyond this machine, or shares the host's network; `undefined` when nowhere. */
export function publishedPort(document: YamlDocument, service: unknown): Range | undefined {
  const network = entry(document, service, "network_mode");
  if (network !== undefined && textOf(network.value) === "host") return network.range;
  for (const port of itemsOf(document, entry(document, service, "ports")?.value)) {
    if (reaches(document, port)) return rangeOf(port);
  }
  return undefined;
}

function reaches(document: YamlDocument, port: unknown): boolean {
  if (isMapping(port)) return !isLoopback(textOf(entry(document, port, "host_ip")?.value) ?? "0.0.0.0");
  const text = textOf(port);
  return (
    text !== undefined && publishesToAll(text.replace(/^\$\{[^}]*:?-(127\.0\.0\.1|localhost)\}:/u, "$1:"))
  );
}
