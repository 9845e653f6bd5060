import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { publicObject } from "../../packages/signing/src/pkcs11/public-object.ts";
import { modelkeep, reference, referencePython } from "./signing-world.ts";

const MODULE = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib64/pkcs11/libsofthsm2.so",
  "/usr/lib/pkcs11/libsofthsm2.so",
].find((path) => existsSync(path));
const INSTALLED = MODULE !== undefined && spawnSync("pkcs11-tool").error === undefined;
const PIN = "831072";
const CURVES = [
  ["p256", "01", "EC:prime256v1"],
  ["p384", "02", "EC:secp384r1"],
  ["p521", "03", "EC:secp521r1"],
  ["ed", "04", "EC:edwards25519"],
] as const;

/** A real token in software; `.ci/run` installs softhsm2 and opensc. */
describe.skipIf(!INSTALLED)("keys in a PKCS #11 token (needs softhsm2 and opensc)", () => {
  let folder: string;
  const tool = (...argv: string[]): Buffer =>
    execFileSync(
      "pkcs11-tool",
      ["--module", MODULE ?? "", "--token-label", "keep", "--login", "--pin", PIN, ...argv],
      {
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
  const uri = (rest: string): string =>
    `pkcs11:token=keep;${rest}?module-path=${MODULE}&pin-source=file:${folder}/pin`;
  const signature = (name: string): string => join(folder, `${name}.sig`);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "modelkeep-pkcs11-"));
    mkdirSync(join(folder, "tokens"));
    mkdirSync(join(folder, "model"));
    writeFileSync(join(folder, "model", "weights"), "1");
    writeFileSync(join(folder, "pin"), `${PIN}\n`);
    writeFileSync(join(folder, "wrong-pin"), "000000");
    writeFileSync(
      join(folder, "softhsm2.conf"),
      `directories.tokendir = ${folder}/tokens\nlog.level = ERROR\n`,
    );
    process.env["SOFTHSM2_CONF"] = join(folder, "softhsm2.conf");
    execFileSync("softhsm2-util", [
      "--init-token",
      "--free",
      "--label",
      "keep",
      "--pin",
      PIN,
      "--so-pin",
      "9072",
    ]);
    for (const [label, id, type] of CURVES) {
      tool("--keypairgen", "--key-type", type, "--id", id, "--label", label);
      const listing = tool("--list-objects", "--type", "pubkey").toString();
      writeFileSync(
        join(folder, `${label}.pub`),
        publicObject(listing, { id }).key.export({ type: "spki", format: "pem" }),
      );
    }
  });

  afterAll(() => {
    delete process.env["SOFTHSM2_CONF"];
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(CURVES)("sign by %s, and anybody verifies by its public key", (label, id) => {
    const signed = modelkeep(
      folder,
      "sign",
      "pkcs11-key",
      "model",
      "--pkcs11_uri",
      uri(`id=%${id}`),
      "--signature",
      signature(label),
    );
    expect(signed).toEqual({ status: 0, output: "Signing succeeded\n" });
    const verify = [
      "verify",
      "key",
      "model",
      "--signature",
      signature(label),
      "--public-key",
      `${label}.pub`,
    ];
    expect(modelkeep(folder, ...verify)).toMatchObject({ status: 0 });
    expect(
      modelkeep(folder, ...verify.slice(0, -1), label === "p256" ? "p384.pub" : "p256.pub"),
    ).toMatchObject({ status: 1 });
  });

  test("the reference tool verifies what a token signed", () => {
    const python = referencePython();
    expect(
      modelkeep(
        folder,
        "sign",
        "pkcs11-key",
        "model",
        "--pkcs11-uri",
        uri("object=p384"),
        "--signature",
        signature("r"),
      ),
    ).toMatchObject({ status: 0 });
    expect(
      reference(
        python,
        folder,
        "verify",
        "key",
        "model",
        "--signature",
        signature("r"),
        "--public_key",
        "p384.pub",
      ),
    ).toMatchObject({ status: 0 });
    writeFileSync(join(folder, "model", "weights"), "2");
    expect(
      reference(
        python,
        folder,
        "verify",
        "key",
        "model",
        "--signature",
        signature("r"),
        "--public_key",
        "p384.pub",
      ).status,
    ).not.toBe(0);
    writeFileSync(join(folder, "model", "weights"), "1");
  });

  test("a certificate of another key is refused before anything is signed", () => {
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-keyout",
        "other.pem",
        "-out",
        "other.crt",
        "-subj",
        "/CN=other",
        "-days",
        "2",
      ],
      { cwd: folder, stdio: "ignore" },
    );
    const signed = modelkeep(
      folder,
      "sign",
      "pkcs11-certificate",
      "model",
      "--pkcs11-uri",
      uri("object=p256"),
      "--signing-certificate",
      "other.crt",
      "--signature",
      signature("c"),
    );
    expect(signed).toMatchObject({
      status: 2,
      output: expect.stringContaining("is not of the private key") as unknown,
    });
    expect(existsSync(signature("c"))).toBe(false);
  });

  test.each([
    [
      "a wrong PIN",
      (): string => uri("object=p256").replace("/pin", "/wrong-pin"),
      "CKR_PIN_INCORRECT: check the PIN",
    ],
    ["a key that is not there", (): string => uri("object=nobody"), "shows no public key of that name"],
    [
      "a token that is not there",
      (): string => uri("object=p256").replace("token=keep", "token=other"),
      "No slot with token named",
    ],
    [
      "a module that is not there",
      (): string => uri("object=p256").replace(String(MODULE), "/nowhere.so"),
      "there is no PKCS #11 module /nowhere.so",
    ],
    [
      "a PIN's file that is not there",
      (): string => uri("object=p256").replace("/pin", "/none"),
      "cannot be read",
    ],
    [
      "a PIN by a program",
      (): string => uri("object=p256").replace(/pin-source=.*/u, "pin-source=|cat"),
      "names a program",
    ],
  ])("%s is one line and 2, and tells no PIN", (_what, address, message) => {
    const { status, output } = modelkeep(
      folder,
      "sign",
      "pkcs11-key",
      "model",
      "--pkcs11-uri",
      address(),
      "--signature",
      signature("x"),
    );
    expect(status).toBe(2);
    expect(output.split("\n")).toHaveLength(2);
    expect(output).toContain(message.split(":", 1)[0]);
    expect(output).not.toContain(PIN);
    expect(existsSync(signature("x"))).toBe(false);
  });

  test("the PIN is in no argument of the tool", () => {
    const spy = join(folder, "bin");
    mkdirSync(spy);
    writeFileSync(join(spy, "pkcs11-tool"), `#!/bin/sh\nprintf '%s\\n' "$@" >> ${folder}/argv\nexit 1\n`, {
      mode: 0o755,
    });
    const path = process.env["PATH"];
    process.env["PATH"] = `${spy}:${path}`;
    try {
      expect(
        modelkeep(
          folder,
          "sign",
          "pkcs11-key",
          "model",
          "--pkcs11-uri",
          uri("object=p256"),
          "--signature",
          signature("y"),
        ).status,
      ).toBe(2);
    } finally {
      process.env["PATH"] = path;
    }
    expect(readFileSync(join(folder, "argv"), "utf8")).not.toContain(PIN);
  });
});
