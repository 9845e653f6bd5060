import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_LOGGER_LIMITS } from "./limits.ts";
import { SecureMLflowLogger } from "./logger.ts";
import { checkArtifactPath, checkKey } from "./names.ts";
import { neutralise } from "./neutralise.ts";
import { redact, redactFile } from "./secrets/redact.ts";
import { Sanitiser } from "./values.ts";

// No literal below is a credential; they are put together so that scanners of repositories stay calm.
const join = (...parts: readonly string[]): string => parts.join("");

describe("redact", () => {
  test.each<[string, string]>([
    ["modelkeep-key", join("mk_0123456789ab", "_", "Ab1-".repeat(10), "xyz")],
    ["aws-access-key", join("AKIA", "IOSFODNN7EXAMPLE")],
    ["gitlab-token", join("glpat", "-abcdefghij0123456789")],
    ["slack-token", join("xoxb", "-123456789012-abcdefghijkl")],
    ["stripe-key", join("sk_live", "_abcdefghijklmnop1234")],
    ["google-api-key", join("AIza", "SyA1234567890abcdefghijklmnopqrstuv")],
    ["huggingface-token", join("hf", "_abcdefghijklmnopqrstuvwxyz12345678")],
    ["private-key", join("-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----")],
    ["url-password", join("postgres://user:", "s3cr3tpw@host/db")],
    ["jwt", join("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0NTY3ODkwIn0", ".abcdefghijklmnop1234567890")],
    ["named-secret", join("password", "=correcthorse")],
    ["azure-storage-key", join("AccountKey=", "A".repeat(43), "b".repeat(43), "==")],
  ])("finds %s, alone and within other text", (id, secret) => {
    for (const text of [secret, `before ${secret} after`, `a\n${secret}\nb`]) {
      const { text: clean, found } = redact(text);
      expect(found).toContain(id);
      expect(clean).toContain(`[redacted: ${id}]`);
      expect(clean.length).toBeLessThan(text.length + 40);
    }
  });

  test.each([
    ["lr", "0.001"],
    ["max_tokens", "4096"],
    ["tokenizer", "bert-base-uncased"],
    ["token_pattern", "(?u)\\b\\w\\w+\\b"],
    ["commit", "3b18e512dba79e4c8300dd08aeb37f8e728b8dad"],
    ["path", "s3://bucket/models/2024-01-01/model.pkl"],
    ["estimator", "RandomForestClassifier(max_depth=5)"],
    ["key", "petal_length_centimetres"],
    ["keypoints", "17"],
    ["passes", "3"],
    ["uuid", "123e4567-e89b-12d3-a456-426614174000"],
  ])("leaves the honest %s=%s alone", (key, value) => {
    expect(redact(value, key)).toEqual({ text: value, found: [] });
  });

  test.each([["db.password"], ["API_KEY"], ["apiKey"], ["client-secret"], ["aws_secret"], ["github_token"]])(
    "takes %s as telling",
    (key) => {
      expect(redact("whatever", key).found).toEqual(["telling-key"]);
    },
  );

  test.each([
    ["token = next_token()"],
    ["password: str = Field(min_length=8)"],
    ["secret_key = settings.secret_key"],
    ["api_key=os.environ['API_KEY']"],
  ])("leaves source code in a file alone: %s", (line) => {
    expect(redactFile(line)).toEqual({ text: line, found: [] });
  });

  test.each([
    ["DB_PASSWORD=q8Zr2-vT9xLw4Kc7", "named-secret"],
    [join("key: AKIA", "IOSFODNN7EXAMPLE"), "aws-access-key"],
  ])("finds a secret in a file: %s", (line, id) => {
    const { text, found } = redactFile(`a=1\n${line}\nb=2\n`);
    expect(found).toEqual([id]);
    expect(text).toMatch(/^a=1\n.*\[redacted: .*\nb=2\n$/u);
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
  test.each([
    ["<script>alert(1)</script>", "‹script>alert(1)‹/script>"],
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ["@SUM(1)", "'@SUM(1)"],
    ["-1+cmd|'x'!A0", "'-1+cmd|'x'!A0"],
    ["{{7*7}}", "{ {7*7}}"],
    ["${jndi:ldap://x}", "$ {jndi:ldap://x}"],
    ["\u001b[2J", "\\u{1b}[2J"],
    ["a\u202eb", "a\\u{202e}b"],
    ["javascript:alert(1)", "javascript․:alert(1)"],
  ])("%j becomes %j", (raw, safe) => {
    expect(neutralise(raw)).toBe(safe);
  });

  test.each([
    ["-1"],
    ["+2.5e-3"],
    ["a < b"],
    ["x=1"],
    ["{'a': 1}"],
    ["模型 é 🙂"],
    ["line\nline"],
    ["data: 3"],
  ])("%j stays", (text) => {
    expect(neutralise(text)).toBe(text);
  });
});

describe("checks", () => {
  const limits = DEFAULT_LOGGER_LIMITS;
  test.each([
    ["a".repeat(101)],
    [""],
    ["a\nb"],
    ["../x"],
    ["a//b"],
    ["/a"],
    ["<b>"],
    [" a"],
    ["a;b"],
    ["\u202e"],
  ])("the key %j is refused", (key) => {
    expect(() => checkKey(key, "param", limits)).toThrow();
  });
  test.each([
    ["a/../b"],
    ["/a"],
    ["a\\b"],
    [""],
    ["a//b"],
    ["C:x"],
    ["a\u0000"],
    [" a"],
    ["x".repeat(201)],
    ["a%2e"],
  ])("the path %j is refused", (path) => {
    expect(() => checkArtifactPath(path, limits)).toThrow();
  });
  test("honest keys and paths pass", () => {
    expect(checkKey("train/loss 1.a-b:c", "metric", limits)).toBe("train/loss 1.a-b:c");
    expect(checkArtifactPath("plots/roc curve.png", limits)).toBe("plots/roc curve.png");
  });

  const sanitiser = new Sanitiser(limits, "redact");
  test("values are shown as Python shows them", () => {
    expect([true, null, 3n, 0.5, [1, "a"]].map((value) => sanitiser.value("k", value))).toEqual([
      "True",
      "None",
      "3",
      "0.5",
      '[1,"a"]',
    ]);
  });
  test("secrets within structures go, too", () => {
    expect(sanitiser.value("config", { host: "h", password: "p4ssw0rd" })).toBe(
      '{"host":"h","password":"[redacted: telling-key]"}',
    );
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
  const secret = join("AKIA", "IOSFODNN7EXAMPLE");
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
