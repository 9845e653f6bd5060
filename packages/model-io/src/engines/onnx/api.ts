// What is used of onnxruntime's two packages, which have one interface (onnxruntime-common). Their own declarations are
// not imported: they name types of a browser, and neither package need be installed.

export interface OrtTensor {
  readonly type: string;
  readonly data: ArrayLike<unknown>;
  readonly dims: readonly number[];
}

/** What goes in or out. `type` is missing where it is no tensor. */
export interface OrtMetadata {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: string;
}

export interface OrtSession {
  readonly inputMetadata: readonly OrtMetadata[];
  readonly outputMetadata: readonly OrtMetadata[];
  run(
    feeds: Readonly<Record<string, OrtTensor>>,
    fetches: readonly string[],
  ): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

export interface OrtOptions {
  readonly executionProviders: readonly string[];
  readonly intraOpNumThreads: number;
  readonly interOpNumThreads: number;
  readonly executionMode: "sequential";
  readonly enableCpuMemArena: boolean;
  readonly enableMemPattern: boolean;
  readonly logSeverityLevel: number;
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
}

export interface OrtApi {
  readonly InferenceSession: {
    create(model: Uint8Array, options: OrtOptions): Promise<OrtSession>;
  };
  readonly Tensor: new (type: string, data: ArrayLike<unknown>, dims: readonly number[]) => OrtTensor;
  readonly env: { logLevel: string; readonly wasm: { numThreads: number } };
}
