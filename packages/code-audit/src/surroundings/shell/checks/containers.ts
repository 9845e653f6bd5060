import { rule as privileged } from "../../../rules/mk2603.ts";
import { rule as hostMount } from "../../../rules/mk2604.ts";
import { rule as worldWritable } from "../../../rules/mk2610.ts";
import { say } from "../../common/say.ts";
import { checkSetting } from "../../common/setting.ts";
import { reachOfMount } from "../../common/host.ts";
import { type Invocation, hasFlag, optionsOf } from "../invocation.ts";
import { type Context, rangeIn, wholeRange } from "./context.ts";

const ENGINES = new Set(["docker", "podman", "nerdctl"]);

/** `docker run` with rights over the host, or with secrets in its options. */
export function checkContainerRun(invocation: Invocation, context: Context): void {
  const { name, args } = invocation;
  if (!ENGINES.has(name) || !args.some(({ text }) => text === "run" || text === "create")) return;
  const all = hasFlag(args, "--privileged", "--privileged=true");
  const broad = optionsOf(args, "--cap-add").find(({ text }) => isBroad(text));
  const space = optionsOf(args, "--net", "--network", "--pid", "--ipc", "--userns").find(
    ({ text }) => text === "host",
  );
  const found = all ?? broad ?? space;
  if (found !== undefined) {
    const start = "optionStart" in found ? Number(found.optionStart) : found.start;
    const severity = all === undefined && broad === undefined ? "medium" : "high";
    const range = rangeIn(invocation, start, found.end);
    context.reporter.add(
      privileged,
      range,
      say("The container has rights over its host", "容器拥有对宿主机的权限"),
      { severity },
    );
  }
  for (const volume of optionsOf(args, "-v", "--volume", "--mount")) {
    const source = /(?:^|,)(?:source|src)=([^,]+)/u.exec(volume.text)?.[1] ?? volume.text.split(":")[0] ?? "";
    const reach = reachOfMount(source);
    if (reach === undefined) continue;
    context.reporter.add(hostMount, rangeIn(invocation, volume.optionStart, volume.end), reach);
  }
  for (const set of optionsOf(args, "-e", "--env", "--build-arg")) {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/su.exec(set.text);
    if (match === null) continue;
    const range = rangeIn(invocation, set.optionStart, set.end);
    checkSetting(context.reporter, { name: match[1] ?? "", value: match[2] ?? "", range }, context.example);
  }
}

/** A capability that is next to root on the host. */
export function isBroad(capability: string): boolean {
  return /^(?:CAP_)?(?:ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE|SYS_RAWIO|DAC_READ_SEARCH|NET_ADMIN|BPF)$/iu.test(
    capability.trim(),
  );
}

/** `chmod 777`: every process may change the files. */
export function checkModes(invocation: Invocation, context: Context): void {
  if (invocation.name !== "chmod") return;
  const mode = invocation.args.find(
    ({ text }) =>
      /^(?:0?[0-7]?[0-7][0-7][2367]|[ao]*\+[rx]*w[rx]*|[augo,]*=rwx|a=.*w.*|o\+.*w.*)$/u.test(text) &&
      text !== "+x",
  );
  if (mode === undefined || /^(?:u|g|ug|gu)[+=]/u.test(mode.text) || mode.text === "+w") return;
  // 1777 is what a shared temporary folder has: nobody may rename or remove what is another's.
  if (mode.text.startsWith("1") && mode.text.length === 4) return;
  context.reporter.add(
    worldWritable,
    wholeRange(invocation),
    say(`Mode ${mode.text} lets everybody write`, `权限 ${mode.text} 允许任何人写入`),
  );
}
