import { describe, expect, it } from "vitest";
import { parsePkcs11Uri } from "./uri.ts";

describe("parsePkcs11Uri", () => {
  it("reads every attribute", () => {
    expect(
      parsePkcs11Uri(
        "pkcs11:token=keep%20token;slot-id=7;object=a%3Bb;id=%01%aBz;type=private?module-path=/m.so&pin-source=file:/pin",
      ),
    ).toEqual({
      token: "keep token",
      slotId: 7,
      object: "a;b",
      id: "01ab7a",
      modulePath: "/m.so",
      pinSource: "file:/pin",
    });
  });

  it.each([
    ["pkcs11:object=k", { object: "k" }],
    ["pkcs11:id=%00", { id: "00" }],
    ["pkcs11:id=ab", { id: "6162" }],
    [
      "pkcs11:object=k?module-name=softhsm2&pin-value=12%2034",
      { object: "k", moduleName: "softhsm2", pinValue: "12 34" },
    ],
    ["pkcs11:object=%E5%AF%86%E9%92%A5", { object: "密钥" }],
  ])("reads %s", (uri, wanted) => {
    expect(parsePkcs11Uri(uri)).toEqual(wanted);
  });

  it.each([
    ["", "begins with pkcs11:"],
    ["PKCS11:object=k", "begins with pkcs11:"],
    ["pkcs11:", "names no key"],
    ["pkcs11:token=t", "names no key"],
    ["pkcs11:object=k;object=l", "object is twice"],
    ["pkcs11:object=k?pin-value=1&pin-value=2", "pin-value is twice"],
    ["pkcs11:object=k;serial=1", '"serial" in the PKCS #11 URI is not known'],
    ["pkcs11:object=k;manufacturer=x", '"manufacturer"'],
    ["pkcs11:object=k;__proto__=x", '"__proto__"'],
    ["pkcs11:object=k?object=l", '"object"'],
    ["pkcs11:object", '"object"'],
    ["pkcs11:object=k;", '""'],
    ["pkcs11:object=", "object in the PKCS #11 URI is empty"],
    ["pkcs11:id=", "id in the PKCS #11 URI is empty"],
    ["pkcs11:object=%4", "encoded wrongly"],
    ["pkcs11:object=%zz", "encoded wrongly"],
    ["pkcs11:object=a%00b", "no text"],
    ["pkcs11:object=%ff", "no text"],
    ["pkcs11:object=k;slot-id=x", "slot-id"],
    ["pkcs11:object=k;slot-id=-1", "slot-id"],
    ["pkcs11:object=k;type=cert", "of the type cert"],
    ["pkcs11:object=k?pin-value=1&pin-source=file:/x", "both pin-value and pin-source"],
    ["pkcs11:object=k?a?b", "more than one ?"],
  ])("refuses %s: %s", (uri, message) => {
    expect(() => parsePkcs11Uri(uri)).toThrow(message);
    expect(() => parsePkcs11Uri(uri)).toThrow(expect.objectContaining({ code: "key-unusable" }));
  });

  it("tells no PIN", () => {
    for (const uri of [
      "pkcs11:object=k?pin-value=831%zz",
      "pkcs11:object=k?pin-value=831&pin-source=831",
      "pkcs11:?pin-value=831",
    ])
      expect(() => parsePkcs11Uri(uri)).toThrow(/^(?!.*831)/u);
  });
});
