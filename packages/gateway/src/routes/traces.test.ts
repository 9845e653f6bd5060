import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ADMIN, TestGateway } from "../../test/gateway.ts";

let gateway: TestGateway;
let bob: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  bob = await gateway.user("bob");
  await gateway.grant("bob", "experiment", "bobs", "MANAGE");
});
beforeEach(() => void gateway.mlflow.seen.splice(0));
afterAll(() => gateway.stop());

const LOCATION = "mlflow.artifactLocation";
const OWN = "mlflow-artifacts:/2/traces/tr-bob/artifacts";
const ELSEWHERE = ["file:///etc", "mlflow-artifacts:/1/traces/tr-alice/artifacts", "s3://bucket/x", ""];

function start(traceId: string, experiment: string, tags: Record<string, unknown> = {}): object {
  const place = { type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: experiment } };
  return { trace: { trace_info: { trace_id: traceId, trace_location: place, tags } } };
}

/** What changed something in MLflow. */
function changes(): string[] {
  return gateway.mlflow.seen.filter(({ method }) => method !== "GET").map(({ url }) => url);
}

describe("a new trace", () => {
  const PATH = "/api/3.0/mlflow/traces";

  test("goes to an experiment of one's own", async () => {
    expect((await gateway.call("POST", PATH, bob, start("tr-new", "2"))).status).toBe(200);
    expect(changes()).toEqual([PATH]);
  });

  test("may be sent again with what MLflow said of it", async () => {
    const again = start("tr-bob", "2", { [LOCATION]: OWN });
    expect((await gateway.call("POST", PATH, bob, again)).status).toBe(200);
  });

  test.each([
    ["snake", start("tr-alice", "2")],
    [
      "camel",
      {
        trace: {
          traceInfo: { traceId: "tr-alice", traceLocation: { mlflowExperiment: { experimentId: "2" } } },
        },
      },
    ],
  ])("does not take over somebody else's by its id (%s)", async (_spelling, document) => {
    const answer = await gateway.call("POST", PATH, bob, document);
    expect(answer.status).toBe(403);
    expect(answer.json()["message"]).toContain("experiment:1");
    expect(changes()).toEqual([]);
  });

  test.each(ELSEWHERE)("does not say that its data is at %j", async (address) => {
    for (const key of [bob, ADMIN]) {
      const answers = await Promise.all([
        gateway.call("POST", PATH, key, start("tr-new", "2", { [LOCATION]: address })),
        gateway.call("POST", PATH, key, start("tr-bob", "2", { [LOCATION]: address })),
        gateway.call("POST", "/api/2.0/mlflow/traces", key, {
          experiment_id: "2",
          tags: [{ key: LOCATION, value: address }],
        }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    }
    expect(changes()).toEqual([]);
  });
});

describe("a trace's tags", () => {
  const TAGS = "/api/3.0/mlflow/traces/tr-bob/tags";

  test("may be anything that MLflow does not act on", async () => {
    expect((await gateway.call("PATCH", TAGS, bob, { key: "a", value: "file:///etc" })).status).toBe(200);
    expect((await gateway.call("DELETE", TAGS, bob, { key: "a" })).status).toBe(200);
  });

  test.each(["mlflow.artifactLocation", "mlflow.trace.archiveLocation", "mlflow.trace.spansLocation"])(
    "do not move its data: %s",
    async (key) => {
      for (const value of ELSEWHERE) {
        const tags = [{ key, value }];
        const answers = await Promise.all([
          gateway.call("PATCH", TAGS, bob, { key, value }),
          gateway.call("PATCH", "/api/2.0/mlflow/traces/tr-bob/tags", bob, { key, value }),
          gateway.call("PATCH", "/ajax-api/2.0/mlflow/traces/tr-bob", bob, { status: "OK", tags }),
          gateway.call("DELETE", TAGS, bob, { key }),
        ]);
        expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
      }
      expect(changes()).toEqual([]);
    },
  );

  test("may be sent back unchanged when the trace ends, as MLflow 2's clients do", async () => {
    const tags = [{ key: LOCATION, value: OWN }];
    expect((await gateway.call("PATCH", "/api/2.0/mlflow/traces/tr-bob", bob, { tags })).status).toBe(200);
  });
});
