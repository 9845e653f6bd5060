import { generateKeyPairSync, sign } from "node:crypto";
import { pem } from "./certificate.ts";
import { FakeFulcio, type LeafOptions } from "./fake-fulcio.ts";
import { base64, type DsseEnvelope, FakeLog, type LogEntry } from "./fake-log.ts";

/** A bundle as a signature file holds it. */
export interface FakeBundle {
  mediaType: string;
  verificationMaterial: { certificate: { rawBytes: string }; tlogEntries: LogEntry[] };
  dsseEnvelope: DsseEnvelope;
}

export interface SignOptions extends Partial<LeafOptions> {
  /** When the log integrated the entry; default a minute after the certificate began. */
  readonly loggedAt?: Date;
  readonly payloadType?: string;
}

export const SIGNED_AT = new Date("2026-05-01T12:00:00Z");
const IN_TOTO = "application/vnd.in-toto+json";

/** A whole Sigstore of our own: what it signs verifies with its trusted root, and with no other. */
export class FakeSigstore {
  readonly fulcio = new FakeFulcio();
  readonly log: FakeLog;

  constructor(options: { readonly log?: FakeLog } = {}) {
    this.log = options.log ?? new FakeLog();
  }

  /** Signs as somebody whom the identity provider vouches for. */
  sign(payload: string | Uint8Array, options: SignOptions = {}): FakeBundle {
    const at = options.at ?? SIGNED_AT;
    const key = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const leaf = this.fulcio.certify(key.publicKey, { ...options, at });
    const bytes = Buffer.from(payload);
    const payloadType = options.payloadType ?? IN_TOTO;
    const pae = Buffer.concat([
      Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${bytes.length} `),
      bytes,
    ]);
    const envelope = {
      payload: base64(bytes),
      payloadType,
      signatures: [{ sig: base64(sign("sha256", pae, key.privateKey)) }],
    };
    const entry = this.log.add(envelope, pem(leaf), options.loggedAt ?? new Date(at.getTime() + 60_000));
    return {
      mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
      verificationMaterial: { certificate: { rawBytes: base64(leaf) }, tlogEntries: [entry] },
      dsseEnvelope: envelope,
    };
  }

  /** A trusted root that trusts this Sigstore. @param more fields to replace */
  trustedRoot(more: object = {}): object {
    return {
      mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
      tlogs: [this.log.trusted()],
      certificateAuthorities: [this.fulcio.trustedAuthority()],
      ctlogs: [this.fulcio.trustedCtLog()],
      timestampAuthorities: [],
      ...more,
    };
  }

  /** As the reference tool's `--trust_config` takes it. */
  trustConfig(
    urls: { readonly fulcio?: string; readonly rekor?: string; readonly oidc?: string } = {},
  ): object {
    const service = (url: string): object => ({
      url,
      majorApiVersion: 1,
      validFor: { start: "2020-01-01T00:00:00Z" },
      operator: "test",
    });
    return {
      mediaType: "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
      trustedRoot: this.trustedRoot(),
      signingConfig: {
        mediaType: "application/vnd.dev.sigstore.signingconfig.v0.2+json",
        caUrls: [service(urls.fulcio ?? "https://fulcio.test")],
        oidcUrls: [service(urls.oidc ?? "https://oidc.test")],
        rekorTlogUrls: [service(urls.rekor ?? this.log.url)],
        tsaUrls: [],
        rekorTlogConfig: { selector: "ANY" },
        tsaConfig: { selector: "ANY" },
      },
    };
  }
}
