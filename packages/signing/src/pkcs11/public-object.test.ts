import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { publicObject } from "./public-object.ts";

const PARAMS = {
  "P-256": "06082a8648ce3d030107",
  "P-384": "06052b81040022",
  "P-521": "06052b81040023",
} as const;

function listed(params: string, point: Buffer, label = "k", id = "0a"): string {
  const header = point.byteLength < 0x80 ? [4, point.byteLength] : [4, 0x81, point.byteLength];
  const hex = Buffer.concat([Buffer.from(header), point]).toString("hex");
  return `Public Key Object; EC  EC_POINT 256 bits\n  EC_POINT:   ${hex}\n  EC_PARAMS:  ${params} (OID)\n  label:      ${label}\n  ID:         ${id}\n`;
}

describe("publicObject", () => {
  it.each(Object.entries(PARAMS))("reads a key of %s", (namedCurve, params) => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve });
    const { x = "", y = "" } = publicKey.export({ format: "jwk" });
    const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
    expect(publicObject(listed(params, point), { object: "k" }).key.equals(publicKey)).toBe(true);
  });

  it.each(["06032b6570", "130c656477617264733235353139"])(
    "reads an Edwards key of parameters %s",
    (params) => {
      const { publicKey } = generateKeyPairSync("ed25519");
      const point = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
      expect(publicObject(listed(params, point), { object: "k" }).key.equals(publicKey)).toBe(true);
    },
  );

  it.each([
    ["", "shows no public key"],
    ["Private Key Object; EC\n  label: k\n", "shows no public key"],
    ["Public Key Object; RSA 2048 bits\n  label:      k\n", "is on no curve"],
    [listed("06052b8104000a", Buffer.alloc(65)), "curve that signs no models"],
    [listed(PARAMS["P-256"], Buffer.alloc(65)).repeat(2), "has 2 public keys"],
    [
      "Public Key Object; EC\n  EC_POINT:   0441\n  EC_PARAMS:  06082a8648ce3d030107\n  label:      k\n",
      "is on no curve",
    ],
  ])("refuses %j: %s", (listing, message) => {
    expect(() => publicObject(listing, { object: "k" })).toThrow(message);
  });

  it("finds the wanted key among others, by id and label", () => {
    const [first, second] = [
      generateKeyPairSync("ed25519").publicKey,
      generateKeyPairSync("ed25519").publicKey,
    ];
    const keys = [
      { label: "a", pair: first },
      { label: "b", pair: second },
    ];
    const listing = keys
      .map(({ label, pair }, at) => {
        const point = Buffer.from(pair.export({ format: "jwk" }).x ?? "", "base64url");
        return listed("06032b6570", point, label, `0${at}`);
      })
      .join("");
    expect(publicObject(listing, { object: "b" }).key.equals(second)).toBe(true);
    expect(publicObject(listing, { id: "00" }).key.equals(first)).toBe(true);
    expect(() => publicObject(listing, { id: "00", object: "b" })).toThrow("shows no public key");
    expect(() => publicObject(listing, {})).toThrow("has 2 public keys");
  });

  it("refuses a point that is not on the curve", () => {
    expect(() => publicObject(listed(PARAMS["P-256"], Buffer.alloc(65, 4)), {})).toThrow();
  });
});
