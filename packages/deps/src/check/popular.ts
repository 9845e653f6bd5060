import { readFileSync } from "node:fs";

/** Names that may be aimed at: who imitates a package that few know gains little. */
const MAX_TARGETS = 4_000;

let loaded: Popular | undefined;

/** The list that ships with this package; read once, when it is needed. */
export function popular(): Popular {
  loaded ??= new Popular(
    readFileSync(new URL("../../data/popular.txt", import.meta.url), "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#")),
  );
  return loaded;
}

/** Well-known names, and ways to find one that another name is near to. */
export class Popular {
  readonly #ranks: ReadonlyMap<string, number>;
  readonly targets: readonly string[];
  readonly #squeezed = new Map<string, string>();
  readonly #skeletons = new Map<string, string>();
  readonly #words = new Map<string, string>();
  readonly #shortened = new Map<string, string[]>();

  constructor(names: readonly string[]) {
    this.#ranks = new Map(names.map((name, rank) => [name, rank]));
    this.targets = names.slice(0, MAX_TARGETS);
    for (const name of this.targets) {
      first(this.#squeezed, name.replaceAll("-", ""), name);
      first(this.#skeletons, skeletonOf(name), name);
      if (name.includes("-")) first(this.#words, wordsOf(name), name);
      for (const short of shortened(name)) {
        const known = this.#shortened.get(short);
        if (known === undefined) this.#shortened.set(short, [name]);
        else known.push(name);
      }
    }
  }

  /** 0 is the most used; undefined when it is not among them. */
  rankOf(name: string): number | undefined {
    return this.#ranks.get(name);
  }

  /** The target that is the same but for its separators. */
  squeezed(name: string): string | undefined {
    return this.#squeezed.get(name.replaceAll("-", ""));
  }

  /** The target that looks the same. */
  skeleton(name: string): string | undefined {
    return this.#skeletons.get(skeletonOf(name));
  }

  /** The target of the same words in another order. */
  reordered(name: string): string | undefined {
    return name.includes("-") ? this.#words.get(wordsOf(name)) : undefined;
  }

  /** Targets that could be one edit away, most used first: each becomes the same text when a letter is left out. */
  near(name: string): string[] {
    const found = new Set([name, ...shortened(name)].flatMap((short) => this.#shortened.get(short) ?? []));
    for (const short of shortened(name)) if (this.#isTarget(short)) found.add(short);
    return [...found].sort((a, b) => (this.rankOf(a) ?? 0) - (this.rankOf(b) ?? 0));
  }

  #isTarget(name: string): boolean {
    return (this.rankOf(name) ?? MAX_TARGETS) < MAX_TARGETS;
  }
}

function first(map: Map<string, string>, key: string, name: string): void {
  if (!map.has(key)) map.set(key, name);
}

function wordsOf(name: string): string {
  return name.split("-").sort().join("-");
}

/** The name with each letter left out in turn. */
function shortened(name: string): string[] {
  const cut = name.slice(0, 64);
  return Array.from(cut, (_, at) => cut.slice(0, at) + cut.slice(at + 1));
}

/** Cyrillic, Greek and other letters that are drawn as Latin ones. */
const CONFUSABLE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ а: "a", в: "b", с: "c", ԁ: "d", е: "e", ғ: "f", ɡ: "g", һ: "h", і: "i", ј: "j", к: "k", ӏ: "l" },
    ...{
      м: "m",
      п: "n",
      о: "o",
      р: "p",
      ԛ: "q",
      г: "r",
      ѕ: "s",
      т: "t",
      υ: "u",
      ѵ: "v",
      ԝ: "w",
      х: "x",
      у: "y",
    },
    ...{ α: "a", ε: "e", ι: "i", κ: "k", ν: "v", ο: "o", ρ: "p", τ: "t", χ: "x", ı: "i", ł: "l", ø: "o" },
  }),
);
const LIKE: ReadonlyMap<string, string> = new Map([
  ["0", "o"],
  ["1", "l"],
  ["i", "l"],
  ["5", "s"],
]);

/** A name as the eye takes it: equal for names that look the same. */
export function skeletonOf(name: string): string {
  const latin = Array.from(
    name.normalize("NFKD").replaceAll(/\p{M}/gu, ""),
    (letter) => CONFUSABLE.get(letter) ?? letter,
  );
  const plain = latin
    .join("")
    .toLowerCase()
    .replaceAll(/[-_.]+/gu, "-")
    .replaceAll("rn", "m")
    .replaceAll("vv", "w");
  return Array.from(plain, (letter) => LIKE.get(letter) ?? letter).join("");
}
