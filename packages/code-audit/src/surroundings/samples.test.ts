import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ProjectContext } from "../inspector.ts";
import type { FileKind, Source } from "../model/source.ts";
import { SURROUNDINGS } from "./inspectors.ts";

const SAMPLES = new URL("../../samples/", import.meta.url);

const KINDS: readonly (readonly [RegExp, FileKind])[] = [
  [/(?:^|\/)\.github\/workflows\/|action\.ya?ml$/u, "workflow"],
  [/\.gitlab-ci\.yml$/u, "gitlab-ci"],
  [/(?:^|\/)MLmodel$/u, "mlmodel"],
  [/(?:^|\/)MLproject$/u, "mlproject"],
  [/(?:conda|python_env)[\w-]*\.yaml$/u, "conda"],
  [/pyproject\.toml$/u, "pyproject"],
  [/compose[\w.-]*\.ya?ml$/u, "compose"],
  [/\.ya?ml$/u, "kubernetes"],
  [/requirements\.(?:txt|in)$/u, "requirements"],
  [/Dockerfile$/u, "dockerfile"],
  [/\.sh$/u, "shell"],
  [/\.env(?:\.\w+)?$/u, "env"],
  [/\.(?:ini|conf|cfg|service|netrc)$/u, "ini"],
];

/** Files of a sample that are only there to be there have no kind. */
function kindOf(path: string): FileKind | undefined {
  return KINDS.find(([pattern]) => pattern.test(path))?.[1];
}

/** `# expect: ID ID` stands on its line, `# expect-next: ID` on the one before; a sidecar `x.expect` says `line ID`. */
function expectedOf(text: string, sidecar: string | undefined): string[] {
  const marks = text.split(/\r?\n/u).flatMap((line, index) => {
    const match = /[#;] expect(-next)?: (MK\d{4}(?: MK\d{4})*)\s*$/u.exec(line);
    const at = index + (match?.[1] === undefined ? 1 : 2);
    return (match?.[2] ?? "")
      .split(" ")
      .filter(Boolean)
      .map((id) => `${at} ${id}`);
  });
  return [...marks, ...(sidecar ?? "").split("\n").filter(Boolean)].sort();
}

/** The text as somebody without our marks would have written it; lines stay. */
function withoutMarks(text: string): string {
  return text.replaceAll(/[ \t]*[#;] expect(?:-next)?: MK.*$/gmu, "");
}

const files = readdirSync(SAMPLES, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith(".expect"))
  .map((entry) => `${entry.parentPath}/${entry.name}`.slice(SAMPLES.pathname.length).replace(/^\//u, ""))
  .filter((path) => /^MK2[5-8]\d\d\/(?:bad|good)/u.test(path) && kindOf(path) !== undefined)
  .sort();

const around: ProjectContext = {
  files: new Set(files),
  has: (path) => existsSync(new URL(path, SAMPLES)),
  read: () => undefined,
};

function marksOf(path: string): { readonly text: string; readonly expected: string[] } {
  const text = readFileSync(new URL(path, SAMPLES), "utf8");
  const sidecar = new URL(`${path}.expect`, SAMPLES);
  return {
    text,
    expected: expectedOf(text, existsSync(sidecar) ? readFileSync(sidecar, "utf8") : undefined),
  };
}

function look(path: string, text: string) {
  const source: Source = { path, kind: kindOf(path) ?? "yaml", text };
  const said = SURROUNDINGS.filter(({ kinds }) => kinds.includes(source.kind)).map((one) =>
    one.inspect(source, around),
  );
  const found = said
    .flatMap(({ findings }) => findings)
    .map(({ place, ruleId }) => `${place.line} ${ruleId}`);
  return { found: found.sort(), unaudited: said.flatMap(({ unaudited }) => unaudited) };
}

describe("samples of what surrounds Python", () => {
  it.each(files)("%s", (path) => {
    const { text, expected } = marksOf(path);
    const { found, unaudited } = look(path, withoutMarks(text));
    expect(found).toEqual(expected);
    expect(unaudited).toEqual([]);
  });

  it.each(files)("%s with the line ends of Windows", (path) => {
    const { text, expected } = marksOf(path);
    expect(look(path, withoutMarks(text).replaceAll("\n", "\r\n")).found).toEqual(expected);
  });

  const cases = new Set(
    files.filter((path) => path.includes("/bad")).map((path) => path.split("/", 2).join("/")),
  );
  it.each([...cases])("%s expects something of its own rule", (name) => {
    const expected = files.filter((path) => path.startsWith(name)).flatMap((path) => marksOf(path).expected);
    expect(expected.length).toBeGreaterThan(0);
  });
});
