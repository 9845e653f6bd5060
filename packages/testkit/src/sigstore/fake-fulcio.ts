import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  authorityExtensions,
  certificate,
  type CertificateFields,
  extension,
  leafExtensions,
  spki,
  tbsCertificate,
} from "./certificate.ts";
import { explicit, implicit, octets, oid, sequence, utf8 } from "./der.ts";
import { base64 } from "./fake-log.ts";

const EC = { namedCurve: "P-256" } as const;
const YEAR = 365 * 24 * 3_600_000;
const CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

/** What a leaf says; the defaults are an honest one. */
export interface LeafOptions {
  readonly identity?: string;
  readonly issuer?: string;
  readonly at: Date;
  /** Minutes that it is valid; default 10, as Fulcio's. */
  readonly minutes?: number;
  readonly keyUsage?: number;
  readonly purposes?: readonly string[];
  /** Whether the CT log's timestamp is in it. */
  readonly sct?: boolean;
  readonly isAuthority?: boolean;
  /** General names in the place of the identity's one. */
  readonly names?: readonly Buffer[];
  /** Value of the older issuer extension; default the issuer, absent when `null`. */
  readonly olderIssuer?: string | null;
}

/** A certificate authority like Fulcio, with an intermediate, and a certificate transparency log. */
export class FakeFulcio {
  readonly #root = generateKeyPairSync("ec", EC);
  readonly #intermediate = generateKeyPairSync("ec", EC);
  readonly #ctLog = generateKeyPairSync("ec", EC);
  readonly chain: readonly Buffer[];
  #serial = 100;

  constructor() {
    const root = this.#authority("fake root", this.#root.publicKey);
    this.chain = [this.#authority("fake intermediate", this.#intermediate.publicKey), root];
  }

  /** Certifies a key. @returns DER */
  certify(publicKey: KeyObject, options: LeafOptions): Buffer {
    const fields = this.#leaf(publicKey, options);
    if (options.sct === false) return certificate(fields);
    const list = this.#timestamp(fields, options.at);
    return certificate({
      ...fields,
      extensions: [...fields.extensions, extension("1.3.6.1.4.1.11129.2.4.2", octets(list))],
    });
  }

  trustedAuthority(validFor: object = { start: "2020-01-01T00:00:00Z" }): object {
    return {
      subject: { organization: "test", commonName: "fake root" },
      uri: "https://fulcio.test",
      certChain: { certificates: this.chain.map((der) => ({ rawBytes: base64(der) })) },
      validFor,
    };
  }

  trustedCtLog(): object {
    const key = spki(this.#ctLog.publicKey);
    return {
      baseUrl: "https://ct.test",
      hashAlgorithm: "SHA2_256",
      publicKey: {
        rawBytes: base64(key),
        keyDetails: "PKIX_ECDSA_P256_SHA_256",
        validFor: { start: "2020-01-01T00:00:00Z" },
      },
      logId: { keyId: base64(createHash("sha256").update(key).digest()) },
    };
  }

  #authority(subject: string, publicKey: KeyObject): Buffer {
    return certificate({
      subject,
      issuer: "fake root",
      publicKey,
      issuerKey: this.#root.privateKey,
      issuerPublicKey: this.#root.publicKey,
      notBefore: new Date("2020-01-01T00:00:00Z"),
      notAfter: new Date(Date.parse("2020-01-01T00:00:00Z") + 25 * YEAR),
      serial: this.#serial++,
      extensions: authorityExtensions(),
    });
  }

  #leaf(publicKey: KeyObject, options: LeafOptions): CertificateFields {
    const {
      identity = "ada@example.com",
      issuer = "https://accounts.example.com",
      at,
      minutes = 10,
    } = options;
    const names = options.names ?? [implicit(identity.includes("://") ? 6 : 1, Buffer.from(identity))];
    const older = options.olderIssuer === undefined ? issuer : options.olderIssuer;
    return {
      subject: "",
      issuer: "fake intermediate",
      publicKey,
      issuerKey: this.#intermediate.privateKey,
      issuerPublicKey: this.#intermediate.publicKey,
      notBefore: at,
      notAfter: new Date(at.getTime() + minutes * 60_000),
      serial: this.#serial++,
      extensions: [
        ...leafExtensions(options.keyUsage ?? 0x80, options.purposes ?? [CODE_SIGNING]),
        ...(options.isAuthority === true ? authorityExtensions().slice(0, 1) : []),
        extension("2.5.29.17", sequence(...names), true),
        ...(older === null ? [] : [extension("1.3.6.1.4.1.57264.1.1", Buffer.from(older))]),
        extension("1.3.6.1.4.1.57264.1.8", utf8(issuer)),
      ],
    };
  }

  /** The list with one signed certificate timestamp. https://www.rfc-editor.org/rfc/rfc6962#section-3.3 */
  #timestamp(fields: CertificateFields, at: Date): Buffer {
    const tbs = tbsCertificate(fields);
    const issuer = createHash("sha256").update(spki(fields.issuerPublicKey)).digest();
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(at.getTime()));
    const signed = Buffer.concat([
      Buffer.from([0, 0]),
      time,
      Buffer.from([0, 1]),
      issuer,
      Buffer.from([tbs.length >> 16, (tbs.length >> 8) & 0xff, tbs.length & 0xff]),
      tbs,
      Buffer.from([0, 0]),
    ]);
    const signature = sign("sha256", signed, this.#ctLog.privateKey);
    const logId = createHash("sha256").update(spki(this.#ctLog.publicKey)).digest();
    const head = Buffer.concat([Buffer.from([0]), logId, time, Buffer.from([0, 0, 4, 3])]);
    const sct = Buffer.concat([head, uint16(signature.length), signature]);
    const entry = Buffer.concat([uint16(sct.length), sct]);
    return Buffer.concat([uint16(entry.length), entry]);
  }
}

/** A user name, as Fulcio certifies them. */
export const userName = (name: string): Buffer =>
  explicit(0, oid("1.3.6.1.4.1.57264.1.7"), explicit(0, utf8(name)));

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}
