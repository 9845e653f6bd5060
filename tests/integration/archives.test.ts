import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bufferSource } from "@modelkeep/bytes";
import { buildZip, type MemberSpec } from "@modelkeep/bytes/archives/build-zip";
import { readTar } from "@modelkeep/bytes/archives/tar";
import { readZip } from "@modelkeep/bytes/archives/zip";
import { openMember } from "@modelkeep/bytes/archives/zip-member";
import { sha256Of } from "@modelkeep/bytes/digest";
import { BytesError } from "@modelkeep/bytes/errors";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

type Seen = [name: string, sha256: string][];

function python(): string {
  const path = process.env["MODELKEEP_TEST_PYTHON"];
  if (path === undefined)
    throw new Error("MODELKEEP_TEST_PYTHON must name a Python: run these tests with npm test");
  return path;
}

/** What CPython sees in each file; null where it refuses. */
function cpython(kind: "zip" | "tar", files: readonly Buffer[]): (Seen | null)[] {
  const script = fileURLToPath(new URL("archive_reader.py", import.meta.url));
  const input = files.map((file) => JSON.stringify({ kind, data: file.toString("base64") })).join("\n");
  const output = execFileSync(python(), [script], { input, maxBuffer: 2 ** 28, encoding: "utf8" });
  return output
    .trim()
    .split("\n")
    .map((line): Seen | null => JSON.parse(line));
}

/** What the strict readers see; null where they find anything wrong. */
function strict(kind: "zip" | "tar", file: Buffer): Seen | null {
  try {
    return kind === "zip" ? strictZip(file) : strictTar(file);
  } catch (error) {
    if (error instanceof BytesError) return null;
    throw error;
  }
}

function strictZip(file: Buffer): Seen | null {
  const archive = readZip(bufferSource(file), 1000);
  const seen = archive.members.map((member): [string, string] => [member.name, sha256Of(openMember(member))]);
  return archive.issues.length === 0 ? seen : null;
}

function strictTar(file: Buffer): Seen | null {
  const archive = readTar(bufferSource(file), 1000);
  const seen = archive.members.map((member): [string, string] => [member.name, sha256Of(member.content)]);
  return archive.issues.length === 0 ? seen : null;
}

const A: MemberSpec = { name: "a.txt", data: Buffer.from("first member") };
const B: MemberSpec = { name: "dir/b.bin", data: Buffer.alloc(3000, 7), method: 8 };
const ZIPS = [
  buildZip([A, B]),
  buildZip([{ ...A, descriptor: true }, B, { name: "empty/" }], { zip64: true }),
  buildZip([A, { name: "größe", flags: 0x800, data: buildZip([B]) }], { comment: Buffer.from("PK comment") }),
];

/** Replaces, inserts, removes or moves a few bytes; often where structures begin. */
function mutants(seeds: readonly Buffer[], count: number): Buffer[] {
  const edit = fc.record({
    at: fc.nat(),
    cut: fc.constantFrom(0, 0, 1, 2, 4, 22),
    insert: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      fc.constantFrom(
        ...["PK\x05\x06", "PK\x01\x02", "PK\x03\x04", "\0\0\0\0", "../", "\xff\xff\xff\xff"].map((text) =>
          Buffer.from(text, "latin1"),
        ),
      ),
    ),
    overwrite: fc.boolean(),
  });
  const mutant = fc
    .tuple(fc.constantFrom(...seeds), fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([seed, edits]) => edits.reduce(apply, seed));
  return fc.sample(mutant, { numRuns: count, seed: 61 });
}

function apply(
  bytes: Buffer,
  edit: { at: number; cut: number; insert: Uint8Array; overwrite: boolean },
): Buffer {
  const at = edit.at % (bytes.byteLength + 1);
  const skip = edit.overwrite ? edit.insert.byteLength : edit.cut;
  return Buffer.concat([
    bytes.subarray(0, at),
    edit.insert,
    bytes.subarray(Math.min(bytes.byteLength, at + skip)),
  ]);
}

describe("what the strict readers accept, CPython reads as the same", () => {
  test("honest zip files", () => {
    expect(ZIPS.map((file) => strict("zip", file))).toEqual(cpython("zip", ZIPS));
  });

  test("damaged and twisted zip files", () => {
    const files = mutants(ZIPS, 6000);
    const theirs = cpython("zip", files);
    let accepted = 0;
    for (const [i, file] of files.entries()) {
      const ours = strict("zip", file);
      if (ours === null) continue;
      accepted++;
      expect(ours).toEqual(theirs[i]);
    }
    // The comparison would prove nothing if every mutant were refused.
    expect(accepted).toBeGreaterThan(0);
  });

  test("damaged and twisted tar files", () => {
    const script =
      "import io,sys,tarfile\n" +
      "f=io.BytesIO()\n" +
      "t=tarfile.open(fileobj=f,mode='w',format=getattr(tarfile,sys.argv[1]))\n" +
      "for n,d in [('a.txt',b'first'),('n'*120+'/b',b'x'*700)]:\n" +
      "  i=tarfile.TarInfo(n); i.size=len(d); t.addfile(i,io.BytesIO(d))\n" +
      "t.close(); sys.stdout.buffer.write(f.getvalue())\n";
    const seeds = ["USTAR_FORMAT", "GNU_FORMAT", "PAX_FORMAT"].map((format) =>
      execFileSync(python(), ["-c", script, format]),
    );
    expect(seeds.map((file) => strict("tar", file))).toEqual(cpython("tar", seeds));
    const files = mutants(seeds, 3000);
    const theirs = cpython("tar", files);
    for (const [i, file] of files.entries()) {
      const ours = strict("tar", file);
      if (ours !== null) expect(ours).toEqual(theirs[i]);
    }
  });
});
