import { rule as privileged } from "../../rules/mk2603.ts";
import { rule as hostMount } from "../../rules/mk2604.ts";
import { rule as rootContainer } from "../../rules/mk2605.ts";
import { reachOfMount } from "../common/host.ts";
import type { Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { isBroad } from "../shell/checks/containers.ts";
import { at, entry, isFalse, isTrue, itemsOf, rangeOf, textOf } from "../yaml/look.ts";
import type { YamlDocument } from "../yaml/read.ts";
import type { Pod } from "./pods.ts";

/** What a pod may do to its node, for all of its containers. */
export function checkPodRights({ document, spec }: Pod, reporter: Reporter): void {
  for (const key of ["hostNetwork", "hostPID", "hostIPC"]) {
    const space = entry(document, spec, key);
    if (space === undefined || !isTrue(space.value)) continue;
    reporter.add(privileged, space.range, say(`${key}: the node's own`, `${key}：与节点共享`), {
      severity: "medium",
    });
  }
  for (const volume of itemsOf(document, entry(document, spec, "volumes")?.value)) {
    const path = entry(document, entry(document, volume, "hostPath")?.value, "path");
    const reach = reachOfMount(textOf(path?.value) ?? "");
    if (path !== undefined && reach !== undefined) reporter.add(hostMount, path.range, reach);
  }
  checkUser(document, entry(document, spec, "securityContext")?.value, reporter);
}

/** What one container may do. */
export function checkContainerRights(document: YamlDocument, container: unknown, reporter: Reporter): void {
  const context = entry(document, container, "securityContext")?.value;
  const all = entry(document, context, "privileged");
  if (all !== undefined && isTrue(all.value))
    reporter.add(privileged, all.range, say("The container is privileged", "容器为特权容器"));
  const escalation = entry(document, context, "allowPrivilegeEscalation");
  if (escalation !== undefined && isTrue(escalation.value)) {
    reporter.add(
      privileged,
      escalation.range,
      say("A process may gain more rights than its parent", "进程可获得比父进程更多的权限"),
      { severity: "medium" },
    );
  }
  for (const item of itemsOf(document, at(document, context, "capabilities", "add"))) {
    if (!isBroad(textOf(item) ?? "")) continue;
    reporter.add(
      privileged,
      rangeOf(item),
      say(`The capability ${textOf(item)} is next to root`, `能力 ${textOf(item)} 近似 root`),
    );
  }
  checkUser(document, context, reporter);
}

function checkUser(document: YamlDocument, context: unknown, reporter: Reporter): void {
  const user = entry(document, context, "runAsUser");
  const root = entry(document, context, "runAsNonRoot");
  if (user !== undefined && textOf(user.value) === "0")
    reporter.add(rootContainer, user.range, say("User 0 is root", "用户 0 即 root"));
  else if (root !== undefined && isFalse(root.value))
    reporter.add(rootContainer, root.range, say("root is allowed", "允许 root"));
}
