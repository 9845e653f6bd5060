import type { OrtMetadata, OrtOptions, OrtTensor } from "./api.ts";

/** What a worker thread begins with. */
export interface Opening {
  readonly runtime: string;
  readonly model: Uint8Array;
  readonly options: OrtOptions;
}

/** One run; the next is sent when this one is answered. */
export interface Request {
  readonly feeds: readonly (readonly [name: string, tensor: OrtTensor])[];
  readonly fetches: readonly string[];
}

export type Answer =
  | {
      readonly kind: "opened";
      readonly inputs: readonly OrtMetadata[];
      readonly outputs: readonly OrtMetadata[];
    }
  | { readonly kind: "answered"; readonly outputs: readonly (readonly [name: string, tensor: OrtTensor])[] }
  | { readonly kind: "failed"; readonly reason: string };
