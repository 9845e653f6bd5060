import { rule as privileged } from "../../rules/mk2603.ts";
import { rule as hostMount } from "../../rules/mk2604.ts";
import { rule as rootContainer } from "../../rules/mk2605.ts";
import { reachOfMount } from "../common/host.ts";
import type { Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { isBroad } from "../shell/checks/containers.ts";
import { entry, isMapping, isTrue, itemsOf, rangeOf, textOf } from "../yaml/look.ts";
import type { YamlDocument } from "../yaml/read.ts";

/** What a service may do to its host. */
export function checkRights(document: YamlDocument, service: unknown, reporter: Reporter): void {
  const all = entry(document, service, "privileged");
  if (all !== undefined && isTrue(all.value)) {
    reporter.add(privileged, all.range, say("The container is privileged", "容器为特权容器"));
  }
  for (const key of ["network_mode", "pid", "ipc", "userns_mode"]) {
    const space = entry(document, service, key);
    if (space === undefined || textOf(space.value) !== "host") continue;
    reporter.add(privileged, space.range, say(`${key} is the host's`, `${key} 与宿主机共享`), {
      severity: "medium",
    });
  }
  for (const item of itemsOf(document, entry(document, service, "cap_add")?.value)) {
    if (!isBroad(textOf(item) ?? "")) continue;
    reporter.add(
      privileged,
      rangeOf(item),
      say(`The capability ${textOf(item)} is next to root`, `能力 ${textOf(item)} 近似 root`),
    );
  }
  checkUnconfined(document, service, reporter);
  checkVolumes(document, service, reporter);
  checkUser(document, service, reporter);
}

function checkUnconfined(document: YamlDocument, service: unknown, reporter: Reporter): void {
  for (const item of itemsOf(document, entry(document, service, "security_opt")?.value)) {
    if (!/^(?:seccomp|apparmor|label)[:=](?:unconfined|disable)$/u.test(textOf(item) ?? "")) continue;
    reporter.add(privileged, rangeOf(item), say("A confinement is switched off", "隔离机制被关闭"), {
      severity: "medium",
    });
  }
}

function checkVolumes(document: YamlDocument, service: unknown, reporter: Reporter): void {
  for (const volume of itemsOf(document, entry(document, service, "volumes")?.value)) {
    const source = isMapping(volume) ? entry(document, volume, "source") : undefined;
    const path = source === undefined ? textOf(volume)?.split(":")[0] : textOf(source.value);
    const reach = path === undefined ? undefined : reachOfMount(path);
    if (reach !== undefined) reporter.add(hostMount, source?.range ?? rangeOf(volume), reach);
  }
}

function checkUser(document: YamlDocument, service: unknown, reporter: Reporter): void {
  const user = entry(document, service, "user");
  if (user === undefined || !/^(?:root|0)(?::|$)/u.test(textOf(user.value) ?? "")) return;
  reporter.add(rootContainer, user.range, say("The service runs as root", "服务以 root 身份运行"));
}
