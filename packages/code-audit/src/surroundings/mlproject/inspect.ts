import type { Inspected } from "../../inspector.ts";
import type { Source } from "../../model/source.ts";
import { rule as hostMount } from "../../rules/mk2604.ts";
import { rule as unpinnedImage } from "../../rules/mk2606.ts";
import { reachOfMount } from "../common/host.ts";
import { movingTag } from "../common/image.ts";
import { Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { checkSetting } from "../common/setting.ts";
import { checkScript } from "../shell/checks/all.ts";
import { readScript } from "../shell/read.ts";
import { at, entriesOf, entry, isSequence, itemsOf, mappedOf, rangeOf, textOf } from "../yaml/look.ts";
import { type YamlDocument, readYaml } from "../yaml/read.ts";
import { checkParameters } from "./parameters.ts";

/** An MLproject file: the commands of its entry points, and what its container may reach. */
export function inspectMlproject(source: Source): Inspected {
  const reporter = new Reporter(source);
  for (const document of readYaml(reporter)) {
    for (const point of entriesOf(document, at(document, document.root, "entry_points"))) {
      const command = entry(document, point.value, "command");
      if (textOf(command?.value) === undefined) continue;
      const script = readScript(mappedOf(command?.value, source.text));
      checkScript(script, new Map(), { reporter, kind: "script" });
      checkParameters(script, reporter);
    }
    checkContainer(document, reporter);
  }
  return reporter.result();
}

function checkContainer(document: YamlDocument, reporter: Reporter): void {
  const container = at(document, document.root, "docker_env");
  const image = entry(document, container, "image");
  const name = textOf(image?.value);
  if (image !== undefined && name !== undefined && movingTag(name) === "latest") {
    reporter.add(unpinnedImage, image.range, say(`${name} names no version`, `${name} 未指定版本`));
  }
  for (const volume of itemsOf(document, entry(document, container, "volumes")?.value)) {
    const reach = reachOfMount(textOf(volume)?.split(":")[0] ?? "");
    if (reach !== undefined) reporter.add(hostMount, rangeOf(volume), reach);
  }
  for (const item of itemsOf(document, entry(document, container, "environment")?.value)) {
    if (!isSequence(item)) continue;
    const [variable, value] = itemsOf(document, item).map(textOf);
    if (variable === undefined || value === undefined) continue;
    checkSetting(reporter, { name: variable, value, range: rangeOf(item) });
  }
}
