import { describe, expect, test } from "vitest";
import { UsageError } from "../command.ts";
import { eventLine } from "./events.ts";
import { serveOptions } from "./options.ts";

const read = (argv: string[], env: NodeJS.ProcessEnv = {}, config: Parameters<typeof serveOptions>[2] = {}) =>
  serveOptions(argv, env, config);

describe("options of serve", () => {
  test.each([
    ["models:/wine@champion", "wine"],
    ["models:/wine/3", "wine"],
    ["models:/a@b@c", "a-b"],
    ["models:/m-123", "m-123"],
    ["models:/été rouge/1", "-t-rouge"],
    ["runs:/abc/models/best", "best"],
    ["./folder/model", "model"],
    ["/", "model"],
  ])("%s is served as %s", (uri, name) => {
    expect([...(read(["-m", uri])?.models ?? [])]).toEqual([[name, uri]]);
  });

  test("names are the user's, in their order", () => {
    expect([...(read(["-m", "b=models:/x/1", "-m", "a=./y=z"])?.models ?? [])]).toEqual([
      ["b", "models:/x/1"],
      ["a", "./y=z"],
    ]);
  });

  test("flags win over the environment, that over the configuration, for each option", () => {
    const config = { models: { wine: "./w" }, port: 1, workers: 2, poll_seconds: 0.5, batching: false };
    const options = read(["-p", "3"], { MODELKEEP_SERVE_PORT: "2", MODELKEEP_SERVE_WORKERS: "4" }, config);
    expect(options).toMatchObject({
      port: 3,
      workers: 4,
      pollSeconds: 0.5,
      batching: false,
      host: "127.0.0.1",
    });
    expect([...(options?.models ?? [])]).toEqual([["wine", "./w"]]);
  });

  test("mlflow's options that have no effect are named", () => {
    const options = read(["-m", "./m", "-t", "5", "--env-manager", "local", "--no-conda"]);
    expect(options).toMatchObject({ timeout: 5, envManager: "local", ignored: ["no-conda"] });
  });

  test("--help wins over what is missing", () => {
    expect(read(["--help"])).toBeUndefined();
  });

  test.each([
    [[], /no model is named/u],
    [["-m", "./m", "-p", "99999"], /--port "99999" is no whole number/u],
    [["-m", "./m", "-p", "-1"], /port|ambiguous/u],
    [["-m", "./m", "-w", "0"], /--workers "0"/u],
    [["-m", "./m", "-w", "1.5"], /--workers "1\.5"/u],
    [["-m", "./m", "--timeout", "soon"], /--timeout "soon" is no number/u],
    [["-m", "./m", "--auth", "none"], /there is no --auth "none"/u],
    [["-m", "./a/m", "-m", "./b/m"], /two models are served as m/u],
    [["-m", "./m", "--frobnicate"], /frobnicate/u],
  ])("%j is refused", (argv, message) => {
    expect(() => read(argv)).toThrow(message);
  });

  test("what is wrong in a configuration is a mistake of usage too", () => {
    expect(() => read([], {}, { models: { "a/b": "./m" } })).toThrow(UsageError);
  });
});

test("events are one line each, whatever names and reasons hold", () => {
  const event = {
    model: "wine",
    uri: "models:/wine@a",
    version: "2",
    digest: "0",
    reason: "bad\n\u001b[31mred",
  };
  const kinds = ["swapped", "refused", "recovered", "unresolved", "resolved"] as const;
  for (const kind of kinds) {
    const said = eventLine({ kind, ...event }) ?? "";
    expect(said).toMatch(/^modelkeep: wine: .+$/u);
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    expect(said).not.toMatch(/[\u0000-\u001f]/u);
  }
  expect(eventLine({ kind: "loaded", ...event })).toBeUndefined();
});
