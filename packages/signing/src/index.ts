export type { Bundle, Envelope, EnvelopeSignature, VerificationMaterial } from "./bundle/bundle.ts";
export { IN_TOTO_PAYLOAD, preAuthEncoding } from "./bundle/dsse.ts";
export { parseBundle } from "./bundle/parse.ts";
export { MAX_BUNDLE_BYTES, readBundle } from "./bundle/read.ts";
export { SigningError, type SigningErrorCode } from "./errors.ts";
export type { GitPaths, IgnoreOptions } from "./hash/ignore.ts";
export { type HashMethod, hashModel, type HashOptions } from "./hash/model.ts";
export { compareManifests, type Difference } from "./manifest/compare.ts";
export type { HashAlgorithm, Manifest, ReadOptions, Resource, Serialization } from "./manifest/manifest.ts";
export { manifestOf } from "./manifest/statement.ts";
export type {
  CertificateSigner,
  KeySigner,
  KeyType,
  Signer,
  SigstoreSigner,
  Verifier,
  VerifyContext,
} from "./verifier.ts";
export {
  compareModel,
  type ModelComparison,
  type ModelOptions,
  verifyBundle,
  type VerifiedBundle,
} from "./verify.ts";
