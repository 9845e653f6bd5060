import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_LOGGER_LIMITS } from "./limits.ts";
import { SecureMLflowLogger } from "./logger.ts";
import { checkArtifactPath, checkKey } from "./names.ts";
import { neutralise } from "./neutralise.ts";
import { redact, redactFile } from "./secrets/redact.ts";
import { type Loggable, Sanitiser } from "./values.ts";

// The Python client's logger (python/modelkeep) is held to the same vectors.
const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../fixtures/logger-vectors.json"), "utf8"),
) as {
  readonly limits: unknown;
  readonly secrets: readonly (readonly [id: string, parts: readonly string[]])[];
  readonly files: readonly (readonly [id: string, parts: readonly string[]])[];
  readonly honest: readonly (readonly [key: string, value: string])[];
  readonly randomUnder: readonly (readonly [key: string, value: string])[];
  readonly neutralised: readonly (readonly [raw: string, safe: string])[];
  readonly values: readonly (readonly [value: Loggable, text: string])[];
} & Readonly<
  Record<
    "tellingKeys" | "sourceCode" | "plain" | "badKeys" | "goodKeys" | "badPaths" | "goodPaths",
    readonly string[]
  >
>;

test("the limits are those of the vectors", () => {
  expect(DEFAULT_LOGGER_LIMITS).toEqual(vectors.limits);
});

describe("redact", () => {
  test.each(vectors.secrets)("finds %s, alone and within other text", (id, parts) => {
    const secret = parts.join("");
    for (const text of [secret, `before ${secret} after`, `a\n${secret}\nb`]) {
      const { text: clean, found } = redact(text);
      expect(found).toContain(id);
      expect(clean).toContain(`[redacted: ${id}]`);
      expect(clean.length).toBeLessThan(text.length + 40);
    }
  });

  test.each(vectors.honest)("leaves the honest %s=%s alone", (key, value) => {
    expect(redact(value, key)).toEqual({ text: value, found: [] });
  });

  test.each(vectors.tellingKeys)("takes %s as telling", (key) => {
    expect(redact("whatever", key).found).toEqual(["telling-key"]);
  });

  test.each(vectors.randomUnder)("takes what looks random under %s for a secret", (key, value) => {
    expect(redact(value, key).found).toEqual(["high-entropy"]);
  });

  test.each(vectors.sourceCode)("leaves source code in a file alone: %s", (line) => {
    expect(redactFile(line)).toEqual({ text: line, found: [] });
  });

  test.each(vectors.files)("finds %s in a file", (id, parts) => {
    const { text, found } = redactFile(`a=1\n${parts.join("")}\nb=2\n`);
    expect(found).toEqual([id]);
    expect(text).toMatch(/^a=1\n.*\[redacted: .*\nb=2\n$/u);
  });

  test("finds a secret that begins where another ends", () => {
    const [first = "", second = ""] = ["aws-access-key", "slack-webhook"].map((id) =>
      (vectors.secrets.find(([one]) => one === id)?.[1] ?? []).join(""),
    );
    expect(redact(first + second).text).toBe("[redacted: aws-access-key][redacted: slack-webhook]");
  });

  test("is idempotent", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, key) => {
        const once = redact(text, key).text;
        expect(redact(once, key).text).toBe(once);
      }),
    );
  });
});

describe("neutralise", () => {
  test.each(vectors.neutralised)("%j becomes %j", (raw, safe) => {
    expect(neutralise(raw)).toBe(safe);
  });

  test.each(vectors.plain)("%j stays", (text) => {
    expect(neutralise(text)).toBe(text);
  });
});

describe("checks", () => {
  const limits = DEFAULT_LOGGER_LIMITS;
  test.each(vectors.badKeys)("the key %j is refused", (key) => {
    expect(() => checkKey(key, "param", limits)).toThrow();
  });
  test.each(vectors.badPaths)("the path %j is refused", (path) => {
    expect(() => checkArtifactPath(path, limits)).toThrow();
  });
  test("honest keys and paths pass", () => {
    for (const key of vectors.goodKeys) expect(checkKey(key, "metric", limits)).toBe(key);
    for (const path of vectors.goodPaths) expect(checkArtifactPath(path, limits)).toBe(path);
  });

  const sanitiser = new Sanitiser(limits, "redact");
  test.each(vectors.values)(
    "the value %j is shown as Python shows it, without secrets: %s",
    (value, text) => {
      expect(sanitiser.value("k", value)).toBe(text);
    },
  );
  test("texts in lists stand under the list's key", () => {
    expect(sanitiser.data({ a: { passwords: ["x"], password: ["abcdef", 1] } })).toEqual({
      a: { passwords: ["x"], password: ["[redacted: telling-key]", 1] },
    });
  });
  test("large whole numbers keep their digits", () => {
    expect(sanitiser.value("k", 2n ** 70n)).toBe("1180591620717411303424");
  });
  test.each<[string, () => unknown]>([
    ["a long value", () => sanitiser.value("k", "x".repeat(1_001))],
    [
      "a long list",
      () =>
        sanitiser.value(
          "k",
          Array.from({ length: 101 }, () => 1),
        ),
    ],
    [
      "a large dict",
      () => sanitiser.value("k", Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 1]))),
    ],
    ["a huge metric", () => sanitiser.metric("k", 1e11)],
    [
      "a secret, when the policy is to refuse",
      () => new Sanitiser(limits, "refuse").value("password", "x1y2z3"),
    ],
  ])("%s is refused", (_name, act) => {
    expect(act).toThrow(expect.objectContaining({ name: "ModelkeepError" }));
  });

  test("a logger without a server says what to set", async () => {
    await expect(new SecureMLflowLogger({ env: {} }).startRun()).rejects.toMatchObject({
      code: "CONFIGURATION",
    });
  });
});

describe("files", () => {
  // No credential; put together so that scanners of repositories stay calm.
  const secret = ["AKIA", "IOSFODNN7EXAMPLE"].join("");
  const env = Buffer.from(`ID=${secret}\n`);

  test("a text file's secrets are replaced, or the file is refused", () => {
    const redacting = new Sanitiser(DEFAULT_LOGGER_LIMITS, "redact");
    expect(Buffer.from(redacting.file(".env", env)).toString()).toBe("ID=[redacted: aws-access-key]\n");
    const refusing = new Sanitiser(DEFAULT_LOGGER_LIMITS, "refuse");
    expect(() => refusing.file(".env", env)).toThrow(/aws-access-key.*take it out/u);
    expect(() => refusing.file(".env", env)).not.toThrow(secret);
  });

  test("bytes that are no text are stored as they are", () => {
    const refusing = new Sanitiser(DEFAULT_LOGGER_LIMITS, "refuse");
    for (const bytes of [Buffer.concat([env, Buffer.from([0])]), Buffer.concat([env, Buffer.from([0xff])])]) {
      expect(refusing.file("model.bin", bytes)).toBe(bytes);
    }
  });
});
