import { SigningError } from "../errors.ts";
import { requestJson, text } from "./request.ts";

/** An identity provider's word on who is signing: a JWT. It is checked by Fulcio, not here. */
export interface IdentityToken {
  readonly jwt: string;
  /** Whom Fulcio will certify: the proof that the key is held is made over it. */
  readonly subject: string;
}

/**
 * Reads whom a token names, as Sigstore's clients do: a verified mail address, else the subject.
 * @throws {SigningError} `key-unusable`
 */
export function identityToken(jwt: string): IdentityToken {
  const { email, email_verified: verified, sub } = claimsOf(jwt);
  if (typeof email === "string" && email !== "") {
    if (verified !== true && verified !== "true")
      throw unusable("names a mail address that its provider did not verify");
    return { jwt, subject: email };
  }
  if (typeof sub === "string" && sub !== "") return { jwt, subject: sub };
  throw unusable("names nobody");
}

function claimsOf(jwt: string): Readonly<Record<string, unknown>> {
  const [, payload = "", signature] = jwt.split(".");
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    if (signature !== undefined && typeof claims === "object" && claims !== null) return { ...claims };
  } catch (cause) {
    throw unusable("is no JSON Web Token", cause);
  }
  throw unusable("is no JSON Web Token");
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The token of the environment: `SIGSTORE_ID_TOKEN`, or what GitHub Actions gives a job with `id-token: write`.
 * @param audience whom the token is for
 * @throws {SigningError} `key-unusable` when there is none, `io` when the provider does not answer
 */
export async function ambientToken(audience: string, env: Environment = process.env): Promise<IdentityToken> {
  const given = env["SIGSTORE_ID_TOKEN"];
  if (given) return identityToken(given);
  const [url, secret] = [env["ACTIONS_ID_TOKEN_REQUEST_URL"], env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]];
  if (url && secret && URL.canParse(url)) {
    const address = new URL(url);
    address.searchParams.set("audience", audience);
    const answer = await requestJson(address, { headers: { authorization: `bearer ${secret}` } });
    return identityToken(text(answer, "value"));
  }
  throw new SigningError("key-unusable", "the environment has no identity token", {
    advice:
      "give one with --identity-token, or in SIGSTORE_ID_TOKEN; in GitHub Actions give the job id-token: write",
  });
}

function unusable(why: string, cause?: unknown): SigningError {
  return new SigningError("key-unusable", `the identity token ${why}`, { cause, advice: "get a new one" });
}
