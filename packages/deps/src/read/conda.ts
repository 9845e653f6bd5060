import { type IndexOption, NOTHING, type Problem, type Reading } from "../model.ts";
import { LogicalLine } from "../text/lines.ts";
import {
  parseYaml,
  yamlAt,
  yamlItems,
  type YamlNode,
  yamlSpan,
  yamlText,
  type YamlText,
} from "../text/yaml.ts";
import { Gathered } from "./declared.ts";
import { isCondaOnly, pypiNameOf } from "./conda-names.ts";
import { poetrySpecifier } from "./poetry-range.ts";
import { readRequirementLine } from "./requirements.ts";

/** environment.yml and conda.yaml: packages of conda, and of its pip section. @throws {YamlError} */
export function readConda(text: string): Reading {
  const root = parseYaml(text);
  const reader = new EnvironmentReader(text);
  const list = yamlItems(yamlAt(root, "dependencies"));
  if (list === undefined)
    reader.gathered.problem("dependencies is no list", yamlSpan(yamlAt(root, "dependencies")));
  for (const node of list ?? []) {
    const entry = yamlText(node, text);
    const pip = yamlAt(node, "pip");
    if (entry !== undefined) reader.conda(entry);
    else if (pip !== undefined) reader.pip(pip);
    else
      reader.gathered.problem(
        "something in dependencies is neither a text nor a pip section",
        yamlSpan(node),
      );
  }
  return { ...reader.reading(), options: [...reader.reading().options, ...channels(root, text)] };
}

/** MLflow's python_env.yaml. @throws {YamlError} */
export function readPythonEnv(text: string): Reading {
  const root = parseYaml(text);
  const reader = new EnvironmentReader(text);
  reader.pip(yamlAt(root, "dependencies"));
  reader.pip(yamlAt(root, "build_dependencies"));
  return reader.reading();
}

/** MLflow's MLmodel: the files of the environments that it names. @throws {YamlError} */
export function readMlmodel(text: string): Reading {
  const environment = yamlAt(yamlAt(yamlAt(parseYaml(text), "flavors"), "python_function"), "env");
  const named = [
    ["conda", yamlText(yamlAt(environment, "conda") ?? environment, text)],
    ["python-env", yamlText(yamlAt(environment, "virtualenv"), text)],
  ] as const;
  const includes = named.flatMap(([kind, file]) =>
    file === undefined ? [] : [{ path: file.value, kind, at: { start: file.start, end: file.end } }],
  );
  return { ...NOTHING, includes };
}

class EnvironmentReader {
  readonly gathered = new Gathered();
  readonly #text: string;
  readonly #lines: Reading[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** A section of lines of a requirements file. */
  pip(section: YamlNode | undefined): void {
    if (section === undefined || section === null) return;
    const items = yamlItems(section);
    if (items === undefined) this.gathered.problem("the pip section is no list", yamlSpan(section));
    for (const node of items ?? []) {
      const line = yamlText(node, this.#text);
      if (line === undefined)
        this.gathered.problem("something in the pip section is no text", yamlSpan(node));
      else this.#line(line);
    }
  }

  #line({ value, content, start }: YamlText): void {
    const reading = readRequirementLine(new LogicalLine([{ text: value, offset: content ?? start }]));
    // Escaped texts have no place where a version could be changed.
    const kept =
      content === undefined
        ? reading.dependencies.map((one) => ({ ...one, versionAt: undefined }))
        : undefined;
    this.#lines.push({ ...reading, dependencies: kept ?? reading.dependencies });
  }

  /** `channel::name`, `name=1.2=build`, `name>=1,<2`, `name 1.2.*`, `name[version='>=1']` (conda's MatchSpec). */
  conda(entry: YamlText): void {
    const text = entry.value.trim();
    const match = /^(?:[^\s:=<>!~]+::)?([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(.*)$/su.exec(text.slice(0, 500));
    const name = match?.[1];
    if (name === undefined) {
      this.gathered.problem(`${JSON.stringify(text.slice(0, 80))} names no package of conda`, entry);
      return;
    }
    if (name.toLowerCase() === "python") return;
    const { range, hasBuild } = rangeOf(match?.[2] ?? "");
    const specifier = condaRange(range, hasBuild);
    const at = { start: entry.start, end: entry.end };
    const source = isCondaOnly(name) ? undefined : pypiNameOf(name);
    const content =
      entry.content === undefined ? undefined : entry.value.indexOf(range, name.length) + entry.content;
    this.gathered.ranged(
      source ?? name,
      { ...at, value: specifier, content: undefined },
      { conda: true, written: name, ...versionPlace(range, specifier, content) },
    );
  }

  reading(): Reading {
    return {
      ...NOTHING,
      dependencies: [...this.gathered.dependencies, ...this.#lines.flatMap((one) => one.dependencies)],
      problems: [
        ...this.gathered.problems,
        ...this.#lines.flatMap((one): readonly Problem[] => one.problems),
      ],
      options: this.#lines.flatMap((one) => one.options),
      includes: this.#lines.flatMap((one) => one.includes),
    };
  }
}

/** The version part of a MatchSpec, without the build. */
function rangeOf(rest: string): { range: string; hasBuild: boolean } {
  const bracket = /\[.*?version\s*=\s*['"]?([^'"\]]+)/su.exec(rest)?.[1];
  if (bracket !== undefined) return { range: bracket.trim(), hasBuild: false };
  const text = rest.replace(/\[.*$/su, "").trim();
  const build = /^(={0,2}\s*[^=<>!~|,\s]+)(?:=|\s+)[^=<>!~|,\s]+$/u.exec(text);
  return { range: build?.[1] ?? text, hasBuild: build !== null };
}

/** conda's `=1.2` means 1.2 and all that begins with it; three parts, or a build, name one release. */
function condaRange(range: string, hasBuild: boolean): string {
  if (range === "" || range === "*") return "*";
  const single = /^(={0,2})\s*(\d[^\s,|<>=!~]*)$/u.exec(range);
  if (single === null) return poetrySpecifier(range) === undefined ? range : range.replaceAll("|", "||");
  const [, equals = "", version = ""] = single;
  const bare = version.replace(/\.?\*$/u, "");
  if (version.endsWith("*")) return `==${bare}.*`;
  return equals === "=" && !hasBuild && version.split(".").length < 3 ? `==${version}.*` : `==${version}`;
}

function versionPlace(
  range: string,
  specifier: string,
  start: number | undefined,
): { versionAt?: { start: number; end: number } } {
  const version = /^==([^*]+)$/u.exec(specifier)?.[1];
  const at = version === undefined ? -1 : range.indexOf(version);
  if (version === undefined || at < 0 || start === undefined) return {};
  return { versionAt: { start: start + at, end: start + at + version.length } };
}

function channels(root: YamlNode, text: string): IndexOption[] {
  return (yamlItems(yamlAt(root, "channels")) ?? []).flatMap((node) => {
    const channel = yamlText(node, text);
    const isAddress = channel !== undefined && /^[a-z]+:\/\//iu.test(channel.value);
    return isAddress ? [{ kind: "index" as const, value: channel.value, at: yamlSpan(node) }] : [];
  });
}
