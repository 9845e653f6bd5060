import type { ZipMember } from "@modelkeep/bytes/archives/zip";
import type { Analysis } from "../analysis.ts";
import { type ReadContext, FormatError } from "../context.ts";
import { type Json, parseJsonLocated } from "../json/parse.ts";
import { problemOf } from "../problem.ts";
import type { AnalyzePart } from "../reader.ts";
import { decodeUtf8 } from "../text/utf8.ts";
import type { Value } from "../value.ts";
import type { ZipReading } from "../zip/read-members.ts";
import { type MemberContent, SkopsBuilder } from "./build.ts";
import { NODES } from "./nodes.ts";
import { malformed } from "./state.ts";

/** Newest protocol known (skops 0.16); what a later one would mean, nobody here knows. */
const NEWEST_PROTOCOL = 2;
const MAX_SCHEMA_BYTES = 512 * 2 ** 20;
/**
 * Memory that a byte of schema takes as a tree and then a graph. Measured: a vocabulary of 200,000 words, 65 MB of
 * schema, takes 626 MB at its peak, garbage included.
 */
const GRAPH_BYTES_PER_BYTE = 8;

/**
 * Reads a skops file: `schema.json` becomes the graph that a pickle of the same object would give, and the
 * members that it names become its arrays and bytes. Members that nothing names are analysed by themselves.
 */
export function readSkops(reading: ZipReading, nested: AnalyzePart): Analysis {
  const members = new Map(reading.archive.members.map((member) => [member.name, member]));
  const schema = members.get("schema.json");
  const used = new Set<ZipMember>();
  const root =
    schema === undefined
      ? undefined
      : reading.member(schema, {}, (source, ctx) => {
          const read = readSchema(decodeBounded(source), ctx, reading, members, used);
          if (read === undefined) reading.leaveUnexplained(schema);
          return read;
        });
  for (const member of reading.archive.members) {
    if (member === schema || member.directory || used.has(member)) continue;
    reading.analyze(member, nested);
  }
  const analysis = reading.finish("skops");
  return root === undefined ? analysis : { ...analysis, root };
}

function decodeBounded(source: Parameters<typeof decodeUtf8>[0]): string {
  if (source.size > MAX_SCHEMA_BYTES) {
    throw new FormatError("budget", `skops schema of ${source.size} bytes`, 0);
  }
  try {
    return decodeUtf8(source);
  } catch (cause) {
    throw new FormatError("malformed", "skops schema is not UTF-8", 0, cause);
  }
}

/** @returns the root, or undefined when the schema could be built only in part: its facts say why */
function readSchema(
  text: string,
  ctx: ReadContext,
  reading: ZipReading,
  members: ReadonlyMap<string, ZipMember>,
  used: Set<ZipMember>,
): Value | undefined {
  ctx.budget.graphBytes(text.length * GRAPH_BYTES_PER_BYTE, 0);
  const { value: schema, offsetOf } = parseJsonLocated(text);
  const opened = new Map<string, MemberContent>();
  const member = (name: string, offset: number): MemberContent => {
    const known = opened.get(name);
    if (known !== undefined) return known;
    const found = members.get(name);
    if (found === undefined) throw malformed(`member ${JSON.stringify(name)} is missing`, offset);
    const content = { source: reading.open(found), ctx: reading.context(found) };
    opened.set(name, content);
    used.add(found);
    return content;
  };
  const builder = new SkopsBuilder({ nodes: NODES, ctx, protocol: protocolOf(schema), offsetOf, member });
  let root: Value | undefined;
  try {
    root = builder.build(schema, 0);
  } catch (error) {
    // What was built so far is judged all the same: an error must not hide a call that comes before it.
    reading.facts.push(problemOf(error, ctx));
  }
  const graph = builder.graph(root ?? { kind: "none" });
  reading.facts.push({ kind: "graph", syntax: "skops", graph, at: { part: ctx.part, offset: 0 } });
  return root;
}

function protocolOf(schema: Json): number {
  const protocol = schema instanceof Map ? schema.get("protocol") : undefined;
  if (typeof protocol !== "number" || protocol < 0) throw malformed("no protocol", 0);
  if (protocol > NEWEST_PROTOCOL) {
    throw new FormatError("unsupported", `skops protocol ${protocol} is newer than ${NEWEST_PROTOCOL}`, 0);
  }
  return protocol;
}
