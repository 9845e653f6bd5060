import type { ByteSource } from "@modelkeep/bytes";
import { readZip, type ZipArchive, type ZipMember } from "@modelkeep/bytes/archives/zip";
import { crcFault, crcFits, openMember, STORED } from "@modelkeep/bytes/archives/zip-member";
import type { Analysis, Fact, Part } from "../analysis.ts";
import { childContext, FormatError, type ReadContext } from "../context.ts";
import { issueProblem, problem, problemOf } from "../problem.ts";
import type { AnalyzePart } from "../reader.ts";

/** Ratios are looked at only above this: small text compresses a thousandfold without harm. */
const RATIO_FREE_BYTES = 10 * 2 ** 20;

/** A zip file on its way through a reader: facts and explained members are collected. */
export class ZipReading {
  readonly archive: ZipArchive;
  readonly ctx: ReadContext;
  readonly facts: Fact[] = [];
  readonly #unexplained = new Set<number>();
  readonly #size: number;

  /** @throws {BytesError|FormatError} when the directory cannot be read */
  constructor(source: ByteSource, ctx: ReadContext) {
    this.ctx = ctx;
    this.#size = source.size;
    this.archive = readZip(source, ctx.budget.limits.maxMembers);
    ctx.budget.members(this.archive.members.length, 0);
    this.facts.push(...this.archive.issues.map((issue) => issueProblem(ctx, issue)));
  }

  /**
   * The member's content, spending from the budget what decompression costs.
   * @throws {BytesError|FormatError}
   */
  open(member: ZipMember, options: { skipCrc?: boolean } = {}): ByteSource {
    if (member.method !== STORED) {
      const { limits } = this.ctx.budget;
      this.ctx.budget.expanded(member.size, member.headerOffset);
      const ratio = member.size / Math.max(1, member.compressedSize);
      if (member.size > RATIO_FREE_BYTES && ratio > limits.maxExpansionRatio) {
        throw new FormatError("budget", `member expands ${Math.round(ratio)} times`, member.headerOffset);
      }
    }
    this.ctx.budget.clock(member.headerOffset);
    const content = openMember(member, { skipCrc: true });
    if (options.skipCrc !== true && !crcFits(member, content)) {
      // Not the end: torch's reader looks at no CRC, so what the member would do is judged all the same.
      this.facts.push(problem(this.ctx, "malformed", crcFault(member), member.dataOffset));
      this.#unexplained.add(member.dataOffset);
    }
    return content;
  }

  /** Context of a member's own analysis. @throws {FormatError} `budget` */
  context(member: ZipMember): ReadContext {
    return childContext(this.ctx, member.name, member.dataOffset);
  }

  /** Opens and reads one member; what goes wrong becomes a fact and leaves the member unexplained. */
  member<T>(
    member: ZipMember,
    options: { skipCrc?: boolean },
    read: (content: ByteSource, ctx: ReadContext) => T,
  ): T | undefined {
    let ctx = this.ctx;
    try {
      ctx = this.context(member);
      return read(this.open(member, options), ctx);
    } catch (error) {
      this.facts.push(problemOf(error, ctx));
      this.#unexplained.add(member.dataOffset);
      return undefined;
    }
  }

  /** Analyses one member by its own content. */
  analyze(member: ZipMember, nested: AnalyzePart): void {
    this.member(member, {}, (content, ctx) => this.absorb(member, content, nested(content, ctx)));
  }

  /** Takes over the facts of a member's analysis. */
  absorb(member: ZipMember, content: ByteSource, analysis: Analysis): void {
    this.facts.push(...analysis.facts);
    if (analysis.explained < content.size) this.#unexplained.add(member.dataOffset);
  }

  leaveUnexplained(member: ZipMember): void {
    this.#unexplained.add(member.dataOffset);
  }

  finish(format: string): Analysis {
    const parts: Part[] = this.archive.regions.filter(
      (region) =>
        region.length > 0 && !(region.what === "member-data" && this.#unexplained.has(region.offset)),
    );
    parts.sort((a, b) => a.offset - b.offset);
    const explained = parts.reduce((sum, part) => sum + part.length, 0);
    return { format, parts, explained: Math.min(explained, this.#size), facts: this.facts };
  }
}
