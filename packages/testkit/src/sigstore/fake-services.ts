import { createPublicKey, verify } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { pem } from "./certificate.ts";
import type { FakeSigstore } from "./fake-sigstore.ts";

/** A Fulcio and a Rekor on loopback, both at one address. They check what the real ones check of a request. */
export class FakeServices implements AsyncDisposable {
  readonly #server: Server;
  readonly #world: FakeSigstore;
  /** What the log answers may be spoilt here. */
  spoil: (entry: Record<string, unknown>) => void = () => undefined;

  private constructor(world: FakeSigstore) {
    this.#world = world;
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(([status, body]) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
  }

  static async start(world: FakeSigstore): Promise<FakeServices> {
    const services = new FakeServices(world);
    services.#server.listen(0, "127.0.0.1");
    await once(services.#server, "listening");
    return services;
  }

  get url(): URL {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("not listening");
    return new URL(`http://127.0.0.1:${address.port}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage): Promise<[number, object]> {
    const body = JSON.parse(await text(request));
    try {
      if (request.url === "/api/v2/signingCert") return [200, this.#certify(body)];
      if (request.url === "/api/v1/log/entries") return [201, this.#log(body)];
      return [404, { message: "no such route" }];
    } catch (error) {
      return [400, { message: error instanceof Error ? error.message : String(error) }];
    }
  }

  #certify({ credentials, publicKeyRequest }: CertificateRequest): object {
    const [, claims = ""] = credentials.oidcIdentityToken.split(".");
    const { email, iss } = JSON.parse(Buffer.from(claims, "base64url").toString());
    const key = createPublicKey(publicKeyRequest.publicKey.content);
    const proof = Buffer.from(publicKeyRequest.proofOfPossession, "base64");
    if (!verify("sha256", Buffer.from(email), key, proof))
      throw new Error("the proof of possession is wrong");
    const leaf = this.#world.fulcio.certify(key, {
      identity: email,
      issuer: iss,
      at: new Date(Date.now() - 60_000),
    });
    return {
      signedCertificateEmbeddedSct: { chain: { certificates: [leaf, ...this.#world.fulcio.chain].map(pem) } },
    };
  }

  #log({ spec }: EntryRequest): object {
    const [verifier = ""] = spec.proposedContent.verifiers;
    const certificate = Buffer.from(verifier, "base64").toString();
    const added = this.#world.log.add(JSON.parse(spec.proposedContent.envelope), certificate, new Date());
    const hex = (base64: string | undefined): string => Buffer.from(base64 ?? "", "base64").toString("hex");
    const proof = added.inclusionProof;
    const entry = {
      body: added.canonicalizedBody,
      integratedTime: Number(added.integratedTime),
      logID: hex(added.logId.keyId),
      logIndex: Number(added.logIndex),
      verification: {
        signedEntryTimestamp: added.inclusionPromise?.signedEntryTimestamp,
        inclusionProof: {
          logIndex: Number(proof?.logIndex),
          rootHash: hex(proof?.rootHash),
          treeSize: Number(proof?.treeSize),
          hashes: proof?.hashes.map(hex),
          checkpoint: proof?.checkpoint.envelope,
        },
      },
    };
    this.spoil(entry);
    return { uuid: entry };
  }
}

interface CertificateRequest {
  readonly credentials: { readonly oidcIdentityToken: string };
  readonly publicKeyRequest: {
    readonly publicKey: { readonly content: string };
    readonly proofOfPossession: string;
  };
}

interface EntryRequest {
  readonly spec: {
    readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] };
  };
}

/** A token as an identity provider would sign it; nobody here looks at its signature. */
export function fakeToken(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part(claims)}.c2ln`;
}
