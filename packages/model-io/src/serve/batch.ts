import type { Csr, Frame, Input, Output, OutputTensor, Scalar, Tensor } from "@modelkeep/estimators/data";
import type { Prepared, Steps } from "../engines/engine.ts";
import { isCsr, isFrame, isTensor } from "../input/typed.ts";

/** Requests of more rows gain nothing from company: they are evaluated alone. */
const MAX_ROWS_EACH = 64;
const MAX_ROWS_TOGETHER = 1024;

interface Waiting {
  readonly prepared: Prepared;
  readonly rows: number;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Puts the rows of requests that are there at the same time into one evaluation. It never waits for more: what one
 * turn of the event loop brought is evaluated at its end, so an idle server answers as fast as without.
 */
export class Batcher {
  readonly #model: Steps;
  readonly #observe: (requests: number) => void;
  /** By layout: only inputs of the same columns and dtypes can be put together. */
  #waiting = new Map<string, Waiting[]>();
  #scheduled = false;

  /** @param observe told of each evaluation: how many requests it answered */
  constructor(model: Steps, observe: (requests: number) => void) {
    this.#model = model;
    this.#observe = observe;
  }

  /** Evaluates input that was checked. @throws what the model throws for this input alone */
  async evaluate(prepared: Prepared): Promise<Output> {
    const rows = rowsOf(prepared.input);
    const layout = rows === undefined || rows > MAX_ROWS_EACH ? undefined : layoutOf(prepared);
    if (rows === undefined || layout === undefined) return this.#alone(prepared);
    const { promise, resolve, reject } = Promise.withResolvers<Output>();
    const group = this.#waiting.get(layout);
    const one = { prepared, rows, resolve, reject };
    if (group === undefined) this.#waiting.set(layout, [one]);
    else group.push(one);
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => this.#flush());
    }
    return await promise;
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    this.#scheduled = false;
    for (const group of waiting.values()) {
      for (const part of parts(group)) this.#answer(part);
    }
  }

  #answer(group: readonly Waiting[]): void {
    const outputs = group.length > 1 ? this.#together(group) : undefined;
    if (outputs !== undefined) {
      group.forEach((one, index) => one.resolve(outputs[index] as Output));
      return;
    }
    for (const one of group) {
      try {
        one.resolve(this.#alone(one.prepared));
      } catch (error) {
        one.reject(error);
      }
    }
  }

  #alone(prepared: Prepared): Output {
    this.#observe(1);
    return this.#model.evaluate(prepared);
  }

  /** One output for each, or undefined when they cannot be answered together: one bad row must not fail the others. */
  #together(group: readonly Waiting[]): readonly Output[] | undefined {
    const [first] = group;
    if (first === undefined) return undefined;
    const input = concatenated(group.map((one) => one.prepared.input));
    if (input === undefined) return undefined;
    let output: Output;
    try {
      output = this.#model.evaluate({ method: first.prepared.method, input });
    } catch {
      // Each is asked again alone, and gets its own answer or its own error.
      return undefined;
    }
    const outputs = split(
      output,
      group.map((one) => one.rows),
    );
    if (outputs !== undefined) this.#observe(group.length);
    return outputs;
  }
}

function* parts(group: readonly Waiting[]): Generator<readonly Waiting[], void, undefined> {
  let part: Waiting[] = [];
  let rows = 0;
  for (const one of group) {
    if (rows + one.rows > MAX_ROWS_TOGETHER) {
      yield part;
      [part, rows] = [[], 0];
    }
    part.push(one);
    rows += one.rows;
  }
  if (part.length > 0) yield part;
}

function rowsOf(input: Input): number | undefined {
  if (isFrame(input)) return columnsOf(input)[0]?.[1].length;
  return isTensor(input) && input.shape.length === 2 ? input.shape[0] : undefined;
}

/** What must be equal for inputs to be put together; undefined for what is never put together. */
function layoutOf({ method, input }: Prepared): string | undefined {
  if (isFrame(input)) {
    const columns = columnsOf(input).map(([name]) => [name, input.dtypes?.[name]]);
    return columns.every(([, dtype]) => dtype !== undefined) ? JSON.stringify([method, columns]) : undefined;
  }
  if (!isTensor(input) || input.dtype === undefined) return undefined;
  return JSON.stringify([method, input.dtype, input.shape.slice(1)]);
}

function columnsOf(frame: Frame): (readonly [name: string, values: ArrayLike<unknown>])[] {
  return frame.columns instanceof Map ? [...frame.columns] : Object.entries(frame.columns);
}

function concatenated(inputs: readonly Input[]): Input | undefined {
  const frames = inputs.filter(isFrame);
  if (frames.length === inputs.length) return concatenatedFrames(frames);
  const tensors = inputs.filter(isTensor);
  return tensors.length === inputs.length ? concatenatedTensors(tensors) : undefined;
}

function concatenatedFrames(frames: readonly Frame[]): Frame | undefined {
  const [first] = frames;
  if (first === undefined) return undefined;
  const all = frames.map(columnsOf);
  const columns = columnsOf(first).map(([name], at): [string, unknown[]] => [
    name,
    all.flatMap((one) => Array.from(one[at]?.[1] ?? [])),
  ]);
  return { columns: new Map(columns), ...(first.dtypes === undefined ? {} : { dtypes: first.dtypes }) };
}

function concatenatedTensors(tensors: readonly Tensor[]): Tensor | undefined {
  const [first] = tensors;
  if (first === undefined) return undefined;
  const rows = tensors.reduce((sum, one) => sum + (one.shape[0] ?? 0), 0);
  const data = tensors.flatMap((one) => Array.from(one.data));
  return { ...first, data, shape: [rows, ...first.shape.slice(1)] };
}

/** The rows of an output, given back to whom they belong; undefined when it does not have as many. */
function split(output: Output, counts: readonly number[]): readonly Output[] | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let start = 0;
  const cuts = counts.map((count): [number, number] => [start, (start += count)]);
  if (isTensor(output)) {
    if (output.shape[0] !== total) return undefined;
    const width = total === 0 ? 0 : output.data.length / total;
    return cuts.map(([from, to]) => tensorRows(output as OutputTensor, from, to, width));
  }
  if (isCsr(output))
    return output.shape[0] === total ? cuts.map(([from, to]) => csrRows(output, from, to)) : undefined;
  // Frames and one array for each output are rare here: they are answered one by one.
  return undefined;
}

function tensorRows(tensor: OutputTensor, from: number, to: number, width: number): OutputTensor {
  return {
    data: slice(tensor.data, from * width, to * width),
    shape: [to - from, ...tensor.shape.slice(1)],
    dtype: tensor.dtype,
  };
}

function csrRows(matrix: Csr, from: number, to: number): Csr {
  const [begin, end] = [matrix.indptr[from] ?? 0, matrix.indptr[to] ?? 0];
  return {
    ...matrix,
    indptr: Array.from({ length: to - from + 1 }, (_, row) => (matrix.indptr[from + row] ?? 0) - begin),
    indices: slice(matrix.indices, begin, end),
    data: slice(matrix.data, begin, end),
    shape: [to - from, matrix.shape[1]],
  };
}

function slice<Element extends Scalar>(
  values: ArrayLike<Element>,
  from: number,
  to: number,
): ArrayLike<Element> {
  return Array.prototype.slice.call(values, from, to) as Element[];
}
