import { booleanOf, DerReader, malformed, oidOf, smallIntegerOf, TAG } from "./der.ts";

/** What a certificate's extensions say, as far as it bears on signing. Undefined: the extension is absent. */
export interface Extensions {
  readonly basicConstraints: BasicConstraints | undefined;
  readonly keyUsage: KeyUsage | undefined;
  /** Dotted object identifiers. */
  readonly extendedKeyUsage: readonly string[] | undefined;
  /** Mail addresses, host names and URIs. */
  readonly alternativeNames: readonly string[];
  /** Of extensions that a judge must know and this one does not. */
  readonly unknownCritical: readonly string[];
}

export interface BasicConstraints {
  readonly ca: boolean;
  /** How many intermediate certificates may follow; undefined: no limit. */
  readonly pathLength: number | undefined;
}

export interface KeyUsage {
  readonly digitalSignature: boolean;
  readonly certificateSign: boolean;
}

/** RFC 5280, 4.2.1. */
const OID = {
  keyUsage: "2.5.29.15",
  alternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  policies: "2.5.29.32",
  extendedKeyUsage: "2.5.29.37",
} as const;

const KNOWN: ReadonlySet<string> = new Set([
  OID.keyUsage,
  OID.alternativeName,
  OID.basicConstraints,
  OID.policies,
  OID.extendedKeyUsage,
]);

export type RawExtensions = ReadonlyMap<string, { readonly critical: boolean; readonly value: Uint8Array }>;

/** @throws {SigningError} `certificate-invalid` */
export function readExtensions(raw: RawExtensions): Extensions {
  const read = <T>(oid: string, reader: (value: DerReader) => T): T | undefined => {
    const found = raw.get(oid);
    if (found === undefined) return undefined;
    const outer = new DerReader(found.value);
    const value = reader(outer);
    outer.end();
    return value;
  };
  return {
    basicConstraints: read(OID.basicConstraints, basicConstraintsOf),
    keyUsage: read(OID.keyUsage, keyUsageOf),
    extendedKeyUsage: read(OID.extendedKeyUsage, extendedKeyUsageOf),
    alternativeNames: read(OID.alternativeName, alternativeNamesOf) ?? [],
    // Name constraints limit what a CA may issue whether or not they are marked: passing over them would widen trust.
    unknownCritical: [...raw]
      .filter(([oid, { critical }]) => oid === OID.nameConstraints || (critical && !KNOWN.has(oid)))
      .map(([oid]) => oid),
  };
}

function basicConstraintsOf(outer: DerReader): BasicConstraints {
  const fields = outer.enter(TAG.sequence);
  const flag = fields.optional(TAG.boolean);
  const length = fields.optional(TAG.integer);
  fields.end();
  const ca = flag !== undefined && booleanOf(flag);
  return { ca, pathLength: length === undefined ? undefined : smallIntegerOf(length) };
}

function keyUsageOf(outer: DerReader): KeyUsage {
  const { content } = outer.next(TAG.bitString);
  const [unused = 8, bits = 0] = content;
  if (unused > 7 || content.byteLength > 3) malformed("has a key usage that is not DER");
  return { digitalSignature: (bits & 0x80) !== 0, certificateSign: (bits & 0x04) !== 0 };
}

function extendedKeyUsageOf(outer: DerReader): readonly string[] {
  const list = outer.enter(TAG.sequence);
  const usages: string[] = [];
  while (!list.done) usages.push(oidOf(list.next(TAG.oid)));
  return usages;
}

/** The context tags of rfc822Name, dNSName and uniformResourceIdentifier. */
const TEXT_NAMES: ReadonlySet<number> = new Set([0x81, 0x82, 0x86]);

function alternativeNamesOf(outer: DerReader): readonly string[] {
  const list = outer.enter(TAG.sequence);
  const names: string[] = [];
  while (!list.done) {
    const { tag, content } = list.next();
    if (TEXT_NAMES.has(tag)) names.push(Buffer.from(content).toString("latin1"));
  }
  return names;
}
