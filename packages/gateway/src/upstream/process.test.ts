import { describe, expect, test } from "vitest";
import { installerEnvironment, run } from "./process.ts";
import { upstreamEnvironment } from "./server-environment.ts";

const SECRETS = {
  AWS_SECRET_ACCESS_KEY: "a",
  MLFLOW_TRACKING_TOKEN: "b",
  MODELKEEP_ADMIN_KEY: "c",
  GITHUB_TOKEN: "d",
};

describe("run", () => {
  test("gives the exit code, the output and its end", async () => {
    const script = "process.stdout.write('out\\n'); process.stderr.write('err\\n'); process.exitCode = 3";
    const lines: string[] = [];
    const result = await run(process.execPath, ["-e", script], {
      env: {},
      onLine: (line) => lines.push(line),
    });
    expect(result.code).toBe(3);
    expect(result.stdout).toBe("out\n");
    expect(lines.toSorted()).toEqual(["err", "out"]);
  });

  test("fails when the program is not there", async () => {
    await expect(run("/nonexistent/python", [], { env: {} })).rejects.toThrow(/ENOENT/u);
  });

  test("a program ended by a signal did not succeed", async () => {
    const result = await run(process.execPath, ["-e", "process.kill(process.pid, 'SIGKILL')"], { env: {} });
    expect(result.code).not.toBe(0);
  });

  test("keeps only the end of a flood", async () => {
    const script = "process.stdout.write('x'.repeat(3_000_000) + 'END')";
    const result = await run(process.execPath, ["-e", script], { env: {} });
    expect(result.tail.length).toBeLessThanOrEqual(4_000);
    expect(result.tail).toMatch(/END$/u);
    expect(result.stdout.length).toBeLessThan(2_000_000);
  });
});

describe("environments of other programs", () => {
  test("an installer sees mirrors, proxies and certificates, no secret", () => {
    const env = { PATH: "/bin", https_proxy: "http://proxy", PIP_INDEX_URL: "https://mirror", ...SECRETS };
    expect(installerEnvironment(env)).toEqual({
      PATH: "/bin",
      https_proxy: "http://proxy",
      PIP_INDEX_URL: "https://mirror",
    });
  });

  test("MLflow sees none of the user's variables, and its telemetry is off", () => {
    const env = upstreamEnvironment(
      { PATH: "/bin", PYTHONPATH: "/evil", MLFLOW_TRACKING_URI: "x", ...SECRETS },
      "/d",
      "t",
    );
    for (const name of [...Object.keys(SECRETS), "PYTHONPATH", "MLFLOW_TRACKING_URI"])
      expect(env).not.toHaveProperty(name);
    expect(env).toMatchObject({
      MLFLOW_DISABLE_TELEMETRY: "true",
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
      HOME: "/d",
    });
  });
});
