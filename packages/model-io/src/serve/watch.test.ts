import { setImmediate as turn } from "node:timers/promises";
import { ModelkeepError, type ModelReport } from "@modelkeep/findings";
import { afterEach, describe, expect, test } from "vitest";
import type { Engine } from "../engines/engine.ts";
import { SecureModel } from "../model.ts";
import { ModelServer } from "./server.ts";
import { ServedModel } from "./served-model.ts";
import { Slot } from "./slot.ts";
import { canMove, look, type ServeEvent, watch, type WatchOptions } from "./watch.ts";

const URI = "models:/wine@champion";
/** Versions that are loaded now, and what was asked of versions that were gone. */
const loaded = new Set<string>();
let afterwards = 0;

afterEach(() => {
  loaded.clear();
  afterwards = 0;
});

/** A model that answers its own version, slowly enough that a swap can come in between. */
function model(version: string): SecureModel {
  loaded.add(version);
  const answer = async (): Promise<string> => {
    for (let i = 0; i < 3; i++) await turn();
    if (!loaded.has(version)) afterwards++;
    return version;
  };
  const engine: Engine = {
    name: "sandbox",
    className: "Fake",
    methods: ["predict"],
    rowwise: false,
    predict: async () => [await answer()],
    output: async () => ({ data: [await answer()], shape: [1], dtype: "object" }),
    invoke: async () => ({ data: [await answer()], shape: [1], dtype: "object" }),
    [Symbol.asyncDispose]: async () => undefined,
  };
  const report = { verdict: "inert" } as ModelReport;
  const signature = { inputs: undefined, params: undefined };
  const facts = { uri: URI, report, digest: version.repeat(64), signature, name: "wine", version };
  return new SecureModel(facts, engine, async () => void loaded.delete(version));
}

/** A registry whose alias can be moved, with versions that are refused and a server that can be away. */
class Registry {
  version = "1";
  readonly refused = new Set<string>();
  away = false;
  loads = 0;

  async resolve(uri: string) {
    if (this.away) throw new ModelkeepError("UNAVAILABLE", "no server answers");
    return { uri, source: `s${this.version}`, name: "wine", version: this.version };
  }

  async safeLoadModel(): Promise<SecureModel> {
    this.loads++;
    const { version } = this;
    await turn();
    if (this.refused.has(version))
      throw new ModelkeepError("NOT_ADMITTED", `version ${version} is malicious`);
    return model(version);
  }
}

function setUp() {
  const registry = new Registry();
  const events: ServeEvent[] = [];
  const slot = new Slot("wine", URI);
  let now = 0;
  const options: WatchOptions = {
    source: registry,
    serve: async (at, next) => void at.replace(new ServedModel(next, at.name, undefined)),
    onEvent: (event) => void events.push(event),
    retry: 100,
    now: () => now,
  };
  void slot.replace(new ServedModel(model("1"), "wine", undefined));
  const kinds = (): string[] => events.map((event) => event.kind);
  return { registry, slot, options, events, kinds, at: (time: number) => (now = time) };
}

describe("a look at an alias", () => {
  test("that did not move does nothing", async () => {
    const { registry, slot, options, events } = setUp();
    await look(slot, options);
    expect([registry.loads, events]).toEqual([0, []]);
  });

  test("that moved loads the new version beside the old one, and frees the old one", async () => {
    const { registry, slot, options, events } = setUp();
    registry.version = "2";
    await look(slot, options);
    expect(slot.current.model.version).toBe("2");
    expect(events).toEqual([
      { kind: "swapped", model: "wine", uri: URI, version: "2", digest: "2".repeat(64) },
    ]);
    await turn();
    expect([...loaded]).toEqual(["2"]);
  });

  test("does not free the old version while it answers somebody", async () => {
    const { registry, slot, options } = setUp();
    const used = slot.current.enter();
    registry.version = "2";
    await look(slot, options);
    expect([...loaded]).toEqual(["1", "2"]);
    used.leave();
    await turn();
    expect([...loaded]).toEqual(["2"]);
  });

  test("whose version is refused changes nothing, says so, and tries again later and later", async () => {
    const { registry, slot, options, events, at } = setUp();
    registry.version = "2";
    registry.refused.add("2");
    await look(slot, options);
    expect(slot.current.model.version).toBe("1");
    expect(slot.behind).toMatchObject({
      version: "2",
      reason: "version 2 is malicious",
      attempts: 1,
      retryAt: 100,
    });
    at(99);
    await look(slot, options);
    expect(registry.loads).toBe(1);
    at(100);
    await look(slot, options);
    expect([registry.loads, slot.behind?.attempts, slot.behind?.retryAt]).toEqual([2, 2, 300]);
    expect(events.map((event) => [event.kind, event.version])).toEqual([
      ["refused", "2"],
      ["refused", "2"],
    ]);
    registry.refused.clear();
    at(300);
    await look(slot, options);
    expect([slot.current.model.version, slot.behind]).toEqual(["2", undefined]);
  });

  test("that moves on from a refused version does not wait", async () => {
    const { registry, slot, options } = setUp();
    registry.version = "2";
    registry.refused.add("2");
    await look(slot, options);
    registry.version = "3";
    await look(slot, options);
    expect([slot.current.model.version, slot.behind]).toEqual(["3", undefined]);
  });

  test("that moves back to the version that answers is well again; to an older one it is a swap", async () => {
    const { registry, slot, options, kinds } = setUp();
    registry.version = "2";
    registry.refused.add("2");
    await look(slot, options);
    registry.version = "1";
    await look(slot, options);
    expect([slot.behind, registry.loads]).toEqual([undefined, 1]);
    registry.refused.clear();
    registry.version = "2";
    await look(slot, options);
    registry.version = "1";
    await look(slot, options);
    expect(slot.current.model.version).toBe("1");
    expect(kinds()).toEqual(["refused", "recovered", "swapped", "swapped"]);
  });

  test("that cannot be asked for is told once, and when it can be again", async () => {
    const { registry, slot, options, kinds } = setUp();
    registry.away = true;
    await look(slot, options);
    await look(slot, options);
    expect(slot.unresolved).toBe("no server answers");
    registry.away = false;
    await look(slot, options);
    expect([kinds(), slot.unresolved]).toEqual([["unresolved", "resolved"], undefined]);
  });

  test("when the loader falls back to the version that answers, it is a refusal", async () => {
    const { registry, slot, options } = setUp();
    registry.version = "2";
    const source = {
      resolve: async (uri: string) => await registry.resolve(uri),
      safeLoadModel: async () => model("1"),
    };
    await look(slot, { ...options, source });
    expect(slot.behind).toMatchObject({
      version: "2",
      reason: expect.stringMatching(/not admitted, version 1 was/u),
    });
  });

  test("whose new version cannot be warmed keeps the old one and frees the new one", async () => {
    const { registry, slot, options } = setUp();
    registry.version = "2";
    const serve = async () => await Promise.reject(new ModelkeepError("SANDBOX_FAILED", "it died"));
    await look(slot, { ...options, serve });
    expect([slot.current.model.version, slot.behind?.reason, [...loaded]]).toEqual(["1", "it died", ["1"]]);
  });
});

test.each([
  ["models:/wine@champion", true],
  ["models:/wine/latest", true],
  ["models:/wine/Production", true],
  ["models:/wine/3", false],
  ["runs:/abc/model", false],
  ["./folder", false],
])("%s can move: %j", (uri, moves) => {
  expect(canMove(uri)).toBe(moves);
});

test("a watch ends when it is told", async () => {
  const { slot, options } = setUp();
  const stop = new AbortController();
  const watching = watch(slot, 3_600_000, options, stop.signal);
  stop.abort();
  await watching;
});

test("under load no request fails, each answer is of one version, and no version answers after it was freed", async () => {
  const registry = new Registry();
  const swapped: string[] = [];
  await using server = await ModelServer.open({
    loader: registry,
    models: { wine: URI },
    pollSeconds: 0.001,
    onEvent: (event) => void (event.kind === "swapped" && swapped.push(event.version ?? "")),
  });
  const base = await server.listen(0, "127.0.0.1");
  const stop = new AbortController();
  const seen = new Map<string, number>();
  const client = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const response = await fetch(`${base}/invocations`, {
        method: "POST",
        body: '{"inputs": [[1]]}',
        headers: { "content-type": "application/json" },
      });
      const said = (await response.json()) as { predictions: string[] };
      expect(response.status).toBe(200);
      // What the headers say answered is what did answer.
      expect(said.predictions).toEqual([response.headers.get("x-modelkeep-version")]);
      const [version = ""] = said.predictions;
      seen.set(version, (seen.get(version) ?? 0) + 1);
    }
  };
  const clients = Array.from({ length: 8 }, client);
  registry.refused.add("4");
  for (const version of ["2", "3", "4", "5", "1"]) {
    registry.version = version;
    const before = seen.get(version === "4" ? "3" : version) ?? 0;
    // The next move comes when this one was seen, or for the refused one when the old version went on answering.
    while ((seen.get(version === "4" ? "3" : version) ?? 0) < before + 20) await turn();
  }
  stop.abort();
  await Promise.all(clients);
  expect(swapped).toEqual(["2", "3", "5", "1"]);
  expect([...seen.keys()].toSorted()).toEqual(["1", "2", "3", "5"]);
  expect(afterwards).toBe(0);
  expect([...loaded]).toEqual(["1"]);
  const said = await (await fetch(`${base}/metrics`)).text();
  expect(said).toMatch(/modelkeep_serve_swaps_total\{model="wine",outcome="swapped"\} 4/u);
  expect(said).toMatch(/modelkeep_serve_swaps_total\{model="wine",outcome="refused"\} [1-9]/u);
});
