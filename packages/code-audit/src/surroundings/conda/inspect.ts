import type { Inspected } from "../../inspector.ts";
import type { Source } from "../../model/source.ts";
import { rule as overHttp } from "../../rules/mk2506.ts";
import { rule as unpinned } from "../../rules/mk2511.ts";
import { type Range, Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { checkRequirement } from "../requirements/check.ts";
import { checkIndexOption } from "../requirements/inspect.ts";
import { checkSecret } from "../secrets/check.ts";
import { hostOf, isLoopback } from "../shell/address.ts";
import { entry, isMapping, itemsOf, rangeOf, textOf } from "../yaml/look.ts";
import { type YamlDocument, readYaml } from "../yaml/read.ts";

/** What makes environments, not what runs in them; MLflow itself writes these without versions. */
const TOOLS = new Set(["python", "pip", "setuptools", "wheel"]);

/** `conda.yaml`, `environment.yml` and MLflow's `python_env.yaml`. */
export function inspectConda(source: Source): Inspected {
  const reporter = new Reporter(source);
  for (const document of readYaml(reporter)) {
    for (const channel of itemsOf(document, entry(document, document.root, "channels")?.value))
      checkChannel(channel, reporter);
    const isPythonEnv =
      entry(document, document.root, "build_dependencies") !== undefined ||
      /python_env[^/]*$/u.test(source.path);
    for (const key of ["build_dependencies", "dependencies"]) {
      for (const item of itemsOf(document, entry(document, document.root, key)?.value)) {
        if (isPythonEnv) checkPip(item, reporter);
        else checkItem(document, item, reporter);
      }
    }
  }
  return reporter.result();
}

function checkChannel(channel: unknown, reporter: Reporter): void {
  const text = textOf(channel) ?? "";
  checkSecret(reporter, { name: "channel", value: text, range: rangeOf(channel) });
  if (!/^http:\/\//iu.test(text) || isLoopback(hostOf(text))) return;
  reporter.add(overHttp, rangeOf(channel), say("The channel uses plain http", "该频道使用明文 http"));
}

function checkItem(document: YamlDocument, item: unknown, reporter: Reporter): void {
  if (isMapping(item)) {
    for (const requirement of itemsOf(document, entry(document, item, "pip")?.value))
      checkPip(requirement, reporter);
    return;
  }
  const text = textOf(item) ?? "";
  const match = /^(?:[\w.-]+::)?([A-Za-z0-9_][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/su.exec(text.trim());
  const [, name = "", version = ""] = match ?? [];
  // A channel's package is pinned by one `=`, to a release with its later builds.
  if (match === null || TOOLS.has(name.toLowerCase()) || /^={1,2}\s*\d[^,|*<>]*(?:\.\*)?$/u.test(version))
    return;
  reporter.add(unpinned, rangeOf(item), say(`${name} has no exact version`, `${name} 没有精确版本`));
}

function checkPip(item: unknown, reporter: Reporter): void {
  const text = textOf(item)?.trim() ?? "";
  const range: Range = rangeOf(item);
  const option = /^(-[a-zA-Z]|--[a-z-]+)(?:\s*=\s*|\s+)(\S.*)$/su.exec(text);
  checkSecret(reporter, { name: "requirement", value: text, range });
  if (option !== null) {
    if (option[1] === "-e" || option[1] === "--editable")
      checkRequirement(reporter, option[2] ?? "", range, { pinned: true });
    else checkIndexOption(reporter, option[1] ?? "", option[2] ?? "", range);
    return;
  }
  const name = /^[A-Za-z0-9_.-]+/u.exec(text)?.[0]?.toLowerCase() ?? "";
  if (text.startsWith("-")) return;
  checkRequirement(reporter, text, range, { pinned: !TOOLS.has(name), hashed: /\s--hash[= ]/u.test(text) });
}
