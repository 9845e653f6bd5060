import { assemble } from "./assemble.ts";
import { TREE_KERNELS } from "./tree-walk.ts";

/** What is used of the WebAssembly interface, which neither the language's nor Node's types describe. */
declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number; maximum: number }) => Memory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
};

export interface Memory {
  readonly buffer: ArrayBuffer;
}

export type KernelFunction = (...args: number[]) => void;

const PAGE = 65_536;

let compiled: object | undefined;

export interface Kernels {
  readonly buffer: ArrayBuffer;
  readonly kernel: (name: string) => KernelFunction;
}

/**
 * Kernels over a memory of their own of at least `bytes`, which never grows: views of its buffer stay valid.
 * @returns undefined where the system grants no such memory
 */
export function kernelsOver(bytes: number): Kernels | undefined {
  const memory = reserve(Math.ceil(bytes / PAGE));
  if (memory === undefined) return undefined;
  compiled ??= new WebAssembly.Module(assemble(TREE_KERNELS));
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const kernel = (name: string): KernelFunction => {
    const found = exports[name];
    if (typeof found !== "function") throw new Error(`there is no kernel ${name}`);
    return found as KernelFunction;
  };
  return { buffer: memory.buffer, kernel };
}

function reserve(pages: number): Memory | undefined {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
