import type { ZipMember } from "@modelkeep/bytes/archives/zip";
import { STORED } from "@modelkeep/bytes/archives/zip-member";
import type { Analysis, Fact } from "../analysis.ts";
import { FormatError, type ReadContext } from "../context.ts";
import { analyzePickle } from "../pickle/analyze.ts";
import { problem, problemOf } from "../problem.ts";
import type { AnalyzePart } from "../reader.ts";
import type { PersistentValue, Value } from "../value.ts";
import type { ZipReading } from "../zip/read-members.ts";
import { type StorageReference, storagesOf } from "./storage.ts";

/** Records that torch unpickles: tensors and objects, TorchScript's constants, mobile bytecode. */
const PICKLE_RECORDS = new Set([
  "data.pkl",
  "constants.pkl",
  "attributes.pkl",
  "bytecode.pkl",
  "mobile_debug_handles.pkl",
]);
/** Small texts that steer reading; each with all it may say (torch/serialization.py, caffe2/serialize). */
const SETTINGS = new Map<string, RegExp>([
  ["version", /^[0-9]{1,10}\n?$/],
  ["byteorder", /^(?:little|big)$/],
  [".format_version", /^[0-9]{1,10}\n?$/],
  [".storage_alignment", /^[0-9]{1,10}\n?$/],
  [".data/serialization_id", /^[0-9]{1,80}$/],
]);
const MAX_SETTING_BYTES = 128;

/** Torch finds its records under the name of a folder that all members share. */
export function isTorchZip(names: ReadonlySet<string>): boolean {
  return [...names].some((name) => /^[^/]+\/(?:data|constants|bytecode)\.pkl$/.test(name));
}

/**
 * Reads what `torch.save` and `torch.jit.save` write since 1.6: a zip file with a pickle whose persistent ids name
 * the members that hold the tensors. Storages are skipped by position: torch's own reader checks no CRC there
 * either, and no byte of them is interpreted.
 */
export function readTorchZip(reading: ZipReading, nested: AnalyzePart): Analysis {
  const prefix = commonPrefix(reading);
  const records = new Map<string, ZipMember>();
  for (const member of reading.archive.members) {
    if (!member.directory && member.name.startsWith(prefix))
      records.set(member.name.slice(prefix.length), member);
  }
  const used = new Set<ZipMember>();
  const root = readPickles(reading, records, used);
  readSettings(reading, records, used);
  readCode(reading, records, used, nested);
  for (const member of reading.archive.members) {
    if (member.directory || used.has(member)) continue;
    reading.analyze(member, nested);
  }
  const analysis = reading.finish("torch-zip");
  return root === undefined ? analysis : { ...analysis, root };
}

function commonPrefix(reading: ZipReading): string {
  const first = reading.archive.members[0]?.name ?? "";
  const prefix = first.slice(0, first.indexOf("/") + 1);
  const stranger = reading.archive.members.find((member) => !member.name.startsWith(prefix));
  if (stranger !== undefined) {
    const message = "a member lies outside the folder in which torch looks";
    reading.facts.push(problem(reading.ctx, "ambiguous", message, stranger.headerOffset));
  }
  return prefix;
}

/** @returns the root of `data.pkl` */
function readPickles(
  reading: ZipReading,
  records: ReadonlyMap<string, ZipMember>,
  used: Set<ZipMember>,
): Value | undefined {
  let root: Value | undefined;
  for (const [name, member] of records) {
    if (!PICKLE_RECORDS.has(name)) continue;
    used.add(member);
    // `torch.serialization.set_crc32_options(False)` leaves the CRC out, and torch never looks at it.
    const options = { skipCrc: member.crc32 === 0 };
    reading.member(member, options, (content, ctx) => {
      const analysis = analyzePickle(content, ctx, "torch");
      reading.absorb(member, content, analysis);
      if (name === "data.pkl") root = analysis.root;
      const folder = name === "constants.pkl" ? "constants/" : "data/";
      readStorages(reading, records, used, folder, persistentOf(analysis.facts), ctx);
    });
  }
  return root;
}

function persistentOf(facts: readonly Fact[]): PersistentValue[] {
  return facts.flatMap((fact) => (fact.kind === "graph" ? fact.graph.persistent : []));
}

function readStorages(
  reading: ZipReading,
  records: ReadonlyMap<string, ZipMember>,
  used: Set<ZipMember>,
  folder: string,
  persistent: readonly PersistentValue[],
  ctx: ReadContext,
): void {
  for (const reference of storagesOf(persistent).values()) {
    const member = records.get(folder + reference.key);
    if (member === undefined) {
      reading.facts.push(problem(ctx, "malformed", `storage ${JSON.stringify(reference.key)} is missing`, 0));
      continue;
    }
    used.add(member);
    readStorage(reading, member, reference);
  }
}

function readStorage(reading: ZipReading, member: ZipMember, reference: StorageReference): void {
  try {
    if (member.method !== STORED) throw new FormatError("unsupported", "a compressed torch storage", 0);
    const content = reading.open(member, { skipCrc: true });
    if (content.size === reference.bytes) return;
    throw new FormatError("ambiguous", `${reference.bytes} bytes expected, ${content.size} stored`, 0);
  } catch (error) {
    reading.facts.push(problemOf(error, { ...reading.ctx, part: member.name }));
    reading.leaveUnexplained(member);
  }
}

function readSettings(
  reading: ZipReading,
  records: ReadonlyMap<string, ZipMember>,
  used: Set<ZipMember>,
): void {
  for (const [name, allowed] of SETTINGS) {
    const member = records.get(name);
    if (member === undefined) continue;
    used.add(member);
    reading.member(member, {}, (content) => {
      const text = Buffer.from(content.view(0, Math.min(content.size, MAX_SETTING_BYTES))).toString("latin1");
      if (content.size > MAX_SETTING_BYTES || !allowed.test(text)) {
        throw new FormatError("malformed", `torch's record ${name} holds something else than it may`, 0);
      }
    });
  }
}

/** TorchScript: source that torch compiles and runs, and debug tables beside it. */
function readCode(
  reading: ZipReading,
  records: ReadonlyMap<string, ZipMember>,
  used: Set<ZipMember>,
  nested: AnalyzePart,
): void {
  const scripted = records.has("constants.pkl") || records.has("bytecode.pkl");
  const code = [...records].filter(([name]) => name.startsWith("code/"));
  if (!scripted && code.length === 0) return;
  const at = { part: reading.ctx.part, offset: code[0]?.[1].headerOffset ?? 0 };
  const message = `TorchScript with ${code.length} code records, which loading compiles and calling runs`;
  reading.facts.push({ kind: "code", what: "torchscript", message, at });
  for (const [, member] of code) {
    used.add(member);
    reading.analyze(member, nested);
  }
}
