import type { DepsFinding } from "../finding.ts";
import { part, say } from "../messages/said.ts";
import type { ProjectFile } from "../project.ts";
import { type CheckContext, findingOf } from "./context.ts";

/** Kinds whose packages may have hashes. */
const HASHED: ReadonlySet<string> = new Set([
  "requirements",
  "pipfile-lock",
  "poetry-lock",
  "uv-lock",
  "pdm-lock",
  "pylock",
]);
/** What pip takes: weaker ones protect nothing. */
const STRONG = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/iu;

/** Requirements without a hash, in files where others have one or where all must. */
export function checkHashes(context: CheckContext): DepsFinding[] {
  return context.project.files.flatMap((file) => {
    if (!HASHED.has(file.kind)) return [];
    const demanded = (context.requireHashes && file.kind === "requirements") || file.reading.requireHashes;
    const some = file.reading.dependencies.some(({ hashes }) => hashes.length > 0);
    return demanded || some ? withoutHash(file, demanded) : [];
  });
}

function withoutHash(file: ProjectFile, demanded: boolean): DepsFinding[] {
  const why = part(demanded ? "hashesDemanded" : "othersHashed");
  return file.reading.dependencies.flatMap((dependency) => {
    const { hashes, source, written } = dependency;
    if (hashes.some((hash) => STRONG.test(hash))) return [];
    // An address may hold its hash itself (`#sha256=…`).
    if (source !== undefined && (source.kind !== "url" || source.fixed)) return [];
    return [findingOf({ file, dependency }, "MK3008", say("missingHash", written, why), say("adviseHash"))];
  });
}
