import { isTarHeader, readTar, TAR_BLOCK } from "@modelkeep/bytes/archives/tar";
import type { Fact, Part } from "../analysis.ts";
import { childContext } from "../context.ts";
import { issueProblem, problemOf } from "../problem.ts";
import type { FormatReader } from "../reader.ts";

/** A tar file; each member is analysed by its own content (torch's first format was one). */
export const tarReader: FormatReader = {
  format: "tar",
  matches: ({ head }) => isTarHeader(head.subarray(0, TAR_BLOCK)),
  read(source, ctx, nested) {
    const archive = readTar(source, ctx.budget.limits.maxMembers);
    ctx.budget.members(archive.members.length, 0);
    const facts: Fact[] = archive.issues.map((issue) => issueProblem(ctx, issue));
    const unexplained = new Set<number>();
    for (const member of archive.members) {
      if (member.directory) continue;
      try {
        const analysis = nested(member.content, childContext(ctx, member.name, member.dataOffset));
        facts.push(...analysis.facts);
        if (analysis.explained < member.content.size) unexplained.add(member.dataOffset);
      } catch (error) {
        facts.push(problemOf(error, ctx));
        unexplained.add(member.dataOffset);
      }
    }
    const parts: Part[] = archive.regions.filter(
      (region) => !(region.what === "member-data" && unexplained.has(region.offset)),
    );
    parts.sort((a, b) => a.offset - b.offset);
    const explained = parts.reduce((sum, part) => sum + part.length, 0);
    return { format: "tar", parts, explained, facts };
  },
};
