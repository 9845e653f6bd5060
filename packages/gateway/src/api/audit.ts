import type { FastifyInstance } from "fastify";
import { type AuditQuery, searchAuditLog } from "@modelkeep/audit-log/search";
import { verifyAuditLog } from "@modelkeep/audit-log/verify";
import { guard } from "./guard.ts";
import type { OwnContext } from "./context.ts";

const PREFIX = "/modelkeep/api/v1";
const MAX_ROWS = 10_000;

interface Query extends AuditQuery {
  readonly limit?: number;
}

const text = { type: "string", maxLength: 2_000 } as const;
const schema = {
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: {
      principal: text,
      action: text,
      resource: text,
      decision: text,
      sha256: text,
      since: { type: "integer" },
      until: { type: "integer" },
      limit: { type: "integer", minimum: 1, maximum: MAX_ROWS, default: 1_000 },
    },
  },
};

/** Search and verification of the audit log, and what is known of a file by its hash. */
export function auditApi(app: FastifyInstance, context: OwnContext): void {
  app.get<{ Querystring: Query }>(`${PREFIX}/audit`, { schema }, async (request) => {
    await guard(request, context, "auditlog.search", "auditlog", ["administrator", "auditor"]);
    const { limit = 1_000, ...query } = request.query;
    const rows = [];
    for await (const row of searchAuditLog(context.dataDir, query)) {
      rows.push(row);
      if (rows.length > limit) rows.shift();
    }
    return { rows };
  });
  app.get(`${PREFIX}/audit/verify`, async (request) => {
    await guard(request, context, "auditlog.verify", "auditlog", ["administrator", "auditor"]);
    return await verifyAuditLog(context.dataDir);
  });
  app.get<{ Params: { sha256: string } }>(`${PREFIX}/verdicts/:sha256`, async (request, reply) => {
    const { sha256 } = request.params;
    await guard(request, context, "verdicts.get", `sha256:${encodeURIComponent(sha256)}`);
    const report = await context.verdicts.find(sha256);
    if (report !== undefined) return report;
    return await reply
      .code(404)
      .send({ error_code: "RESOURCE_DOES_NOT_EXIST", message: "no file with this hash was judged" });
  });
}
