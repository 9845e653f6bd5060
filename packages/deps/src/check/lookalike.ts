import { editDistance } from "@modelkeep/findings/nearest";
import type { DepsFinding } from "../finding.ts";
import { type MessageKey, part, say } from "../messages/said.ts";
import { type CheckContext, dependenciesOf, findingOf } from "./context.ts";
import { popular, type Popular } from "./popular.ts";

/** What a name looks like, and how. */
export interface LookAlike {
  readonly target: string;
  readonly how: MessageKey;
  /** High where nothing but a mistake or an intent explains it. */
  readonly severity: "high" | "medium";
}

/** Names by which packages are imported; under them anyone may publish. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["sklearn", "scikit-learn"],
  ["skimage", "scikit-image"],
  ["pytorch", "torch"],
  ["cv2", "opencv-python"],
  ["yaml", "pyyaml"],
  ["dateutil", "python-dateutil"],
  ["pil", "pillow"],
  ["beautifulsoup", "beautifulsoup4"],
  ["crypto", "pycryptodome"],
  ["dotenv", "python-dotenv"],
  ["jwt", "pyjwt"],
  ["openssl", "pyopenssl"],
]);
/** Words that promise what the name alone does not. */
const PROMISES: ReadonlySet<string> = new Set([
  "official",
  "real",
  "original",
  "secure",
  "safe",
  "fixed",
  "patched",
  "latest",
  "new",
  "free",
  "pro",
  "python3",
  "python2",
  "py3",
]);

const MIN_ONE_EDIT = 5;
const MIN_TWO_EDITS = 10;
const MAX_RANK_FAMOUS = 300;
const MAX_RANK_SHORT = 2_500;
const MAX_RANK_TWO = 1_500;
const MAX_RANK_PROMISE = 1_000;

/** Names that imitate those of well-known packages of PyPI. */
export function checkLookAlikes({ project }: CheckContext): DepsFinding[] {
  return dependenciesOf(project).flatMap((located) => {
    const { ecosystem, name, written, source, conda } = located.dependency;
    if (ecosystem !== "PyPI" || conda || source?.kind === "path" || source?.kind === "editable") return [];
    const found = lookAlikeOf(name, popular());
    if (found === undefined) return [];
    const message = say("lookalike", written, found.target, part(found.how));
    return [
      findingOf(located, "MK3010", message, say("adviseName", found.target), { severity: found.severity }),
    ];
  });
}

/**
 * The well-known package that a canonical name is made to look like.
 * @returns undefined for well-known names themselves, and for all that are merely short or similar
 */
export function lookAlikeOf(name: string, list: Popular): LookAlike | undefined {
  const alias = ALIASES.get(name);
  if (alias !== undefined) return { target: alias, how: "likeAlias", severity: "medium" };
  if (list.rankOf(name) !== undefined || name.length < 4) return undefined;
  return exact(name, list) ?? oneEdit(name, list) ?? twoEdits(name, list) ?? promise(name, list);
}

function exact(name: string, list: Popular): LookAlike | undefined {
  const ways: [string | undefined, MessageKey][] = [
    [list.squeezed(name), "likeSeparator"],
    [list.skeleton(name), "likeGlyph"],
    [list.reordered(name), "likeOrder"],
  ];
  const found = ways.find(([target]) => target !== undefined && target.length >= MIN_ONE_EDIT);
  const [target, how] = found ?? [];
  if (target === undefined || how === undefined) return undefined;
  return { target, how, severity: how === "likeOrder" ? "medium" : "high" };
}

function oneEdit(name: string, list: Popular): LookAlike | undefined {
  const target = list.near(name).find((one) => {
    if (name === one + (one.at(-1) ?? "")) return true;
    if (editDistance(name, one) !== 1 || isNumbered(name, one)) return false;
    const rank = list.rankOf(one) ?? 0;
    if (one.length < MIN_ONE_EDIT) return rank < MAX_RANK_FAMOUS && isSwap(name, one);
    if (one.length > MIN_ONE_EDIT + 1 || rank < MAX_RANK_FAMOUS) return true;
    return rank < MAX_RANK_SHORT && isSlip(name, one);
  });
  return target === undefined ? undefined : { target, how: "likeEdit", severity: "high" };
}

function twoEdits(name: string, list: Popular): LookAlike | undefined {
  if (name.length < MIN_TWO_EDITS - 1) return undefined;
  const target = list.targets.slice(0, MAX_RANK_TWO).find((one) => {
    if (one.length < MIN_TWO_EDITS || Math.abs(one.length - name.length) > 2 || one[0] !== name[0])
      return false;
    return (
      !isOtherEnding(name, one) &&
      !isOtherWord(name, one) &&
      editDistance(name, one) === 2 &&
      !isNumbered(name, one)
    );
  });
  return target === undefined ? undefined : { target, how: "likeEdit", severity: "high" };
}

/** A number more or less makes another version or port of a project, as often as a trap. */
function isNumbered(a: string, b: string): boolean {
  return a.replaceAll(/[\d-]/gu, "") === b.replaceAll(/[\d-]/gu, "");
}

/** Short names are near to many: only what fingers do counts, a letter twice, left out or swapped. */
function isSlip(name: string, target: string): boolean {
  if (name.length === target.length) return isSwap(name, target);
  if (name.length < target.length) return name[0] === target[0];
  const single = (text: string): string => text.replaceAll(/(.)\1+/gu, "$1");
  return /(.)\1/u.test(name) && single(name) === single(target);
}

function isSwap(name: string, target: string): boolean {
  return name.length === target.length && lettersOf(name) === lettersOf(target);
}

function lettersOf(name: string): string {
  return Array.from(name).sort().join("");
}

/** Words of one root (`constructor`, `constructs`) are no slips of each other. */
function isOtherEnding(a: string, b: string): boolean {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return same >= Math.min(a.length, b.length) - 3;
}

/** Two names of several words that differ in a whole word are two packages. */
function isOtherWord(a: string, b: string): boolean {
  const [x, y] = [a.split("-"), b.split("-")];
  if (x.length !== y.length) return true;
  return x.some((word, at) => word !== y[at] && Math.min(word.length, y[at]?.length ?? 0) < 7);
}

function promise(name: string, list: Popular): LookAlike | undefined {
  const words = name.split("-");
  const [first = "", last = ""] = [words[0], words.at(-1)];
  const rests = [PROMISES.has(first) ? words.slice(1) : [], PROMISES.has(last) ? words.slice(0, -1) : []];
  const swapped = first === "python3" || first === "python2" ? [["python", ...words.slice(1)]] : [];
  const target = [...rests, ...swapped]
    .map((rest) => rest.join("-"))
    .find((rest) => (list.rankOf(rest) ?? MAX_RANK_PROMISE) < MAX_RANK_PROMISE);
  return target === undefined ? undefined : { target, how: "likeAffix", severity: "medium" };
}
