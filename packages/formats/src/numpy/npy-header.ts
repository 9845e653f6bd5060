import { FormatError } from "../context.ts";
import { type DType, type DTypeField, parseDTypeText } from "./dtype.ts";

/** What the header of an `.npy` file says. */
export interface NpyHeader {
  readonly dtype: DType;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

const MAX_FIELDS = 1_000;
const MAX_DIMENSIONS = 64;

/**
 * Reads the Python literal that NumPy writes: `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }`.
 * NumPy reads it with `ast.literal_eval`, which takes much more; only what NumPy itself writes is read here.
 * @throws {FormatError} `malformed`; offsets count from `offset`
 */
export function parseNpyHeader(text: string, offset: number): NpyHeader {
  const parser = new Literal(text, offset);
  parser.expect("{");
  let descr: DType | undefined;
  let fortran: boolean | undefined;
  let shape: number[] | undefined;
  while (!parser.take("}")) {
    const key = parser.string();
    parser.expect(":");
    if (key === "descr" && descr === undefined) descr = parser.descr(0);
    else if (key === "fortran_order" && fortran === undefined) fortran = parser.boolean();
    else if (key === "shape" && shape === undefined) shape = parser.shape();
    else parser.fail(`the key ${JSON.stringify(key)}`);
    if (!parser.take(",")) {
      parser.expect("}");
      break;
    }
  }
  parser.end();
  if (descr === undefined || fortran === undefined || shape === undefined)
    return parser.fail("a missing key");
  return { dtype: descr, fortran, shape };
}

/** A field that is an array as one element. */
function repeated(subarray: DType, itemSize: number): DType {
  return { kind: "V", itemSize, littleEndian: true, subarray, text: `|V${itemSize}` };
}

class Literal {
  readonly #text: string;
  readonly #offset: number;
  #at = 0;

  constructor(text: string, offset: number) {
    this.#text = text;
    this.#offset = offset;
  }

  fail(what: string): never {
    throw new FormatError(
      "malformed",
      `.npy header: ${what} is not what NumPy writes`,
      this.#offset + this.#at,
    );
  }

  #blanks(): void {
    while (this.#text[this.#at] === " ") this.#at++;
  }

  take(token: string): boolean {
    this.#blanks();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token))
      this.fail(`${JSON.stringify(this.#text.slice(this.#at, this.#at + 8))} for ${token}`);
  }

  string(): string {
    this.#blanks();
    const quote = this.#text[this.#at];
    if (quote !== "'" && quote !== '"') this.fail("an unquoted text");
    const end = this.#text.indexOf(quote, this.#at + 1);
    const text = this.#text.slice(this.#at + 1, end);
    if (end === -1 || text.includes("\\")) this.fail("a text");
    this.#at = end + 1;
    return text;
  }

  boolean(): boolean {
    if (this.take("True")) return true;
    if (this.take("False")) return false;
    return this.fail("a boolean");
  }

  integer(): number {
    this.#blanks();
    const digits = /^(?:0|[1-9][0-9]{0,14})/u.exec(this.#text.slice(this.#at, this.#at + 16))?.[0];
    if (digits === undefined) this.fail("a number");
    this.#at += digits.length;
    // Python 2 wrote long integers with an L.
    this.take("L");
    return Number(digits);
  }

  shape(): number[] {
    const out: number[] = [];
    this.expect("(");
    while (!this.take(")")) {
      out.push(this.integer());
      if (out.length > MAX_DIMENSIONS) this.fail(`more than ${MAX_DIMENSIONS} dimensions`);
      if (!this.take(",")) {
        this.expect(")");
        break;
      }
    }
    return out;
  }

  descr(depth: number): DType {
    this.#blanks();
    if (depth > 4) this.fail("a record nested this deep");
    if (this.#text[this.#at] !== "[") {
      const text = this.string();
      return parseDTypeText(text) ?? this.fail(`the type ${JSON.stringify(text)}`);
    }
    return this.#record(depth);
  }

  #record(depth: number): DType {
    this.expect("[");
    const fields: DTypeField[] = [];
    let size = 0;
    while (!this.take("]")) {
      this.expect("(");
      const name = this.string();
      this.expect(",");
      const dtype = this.descr(depth + 1);
      const count = this.take(",") && !this.take(")") ? this.#subarray() : this.#closed();
      const bytes = dtype.itemSize * count;
      if (!Number.isSafeInteger(bytes)) this.fail("a record of this size");
      // Fields without a name are the gaps of aligned records.
      if (name !== "")
        fields.push({ name, dtype: count === 1 ? dtype : repeated(dtype, bytes), offset: size });
      size += bytes;
      if (fields.length > MAX_FIELDS) this.fail(`more than ${MAX_FIELDS} fields`);
      if (!this.take(",")) {
        this.expect("]");
        break;
      }
    }
    return { kind: "V", itemSize: size, littleEndian: true, fields, text: `|V${size}` };
  }

  #closed(): number {
    if (this.#text[this.#at - 1] !== ")") this.expect(")");
    return 1;
  }

  #subarray(): number {
    const product = this.shape().reduce((a, b) => a * b, 1);
    this.take(",");
    this.expect(")");
    return product;
  }

  /** NumPy pads with blanks and ends with a newline. */
  end(): void {
    if (!/^ *\n?$/u.test(this.#text.slice(this.#at))) this.fail("text after the header");
  }
}
