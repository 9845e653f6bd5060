/**
 * A node of Python's syntax, copied once out of the parser's memory. Types and fields are those of tree-sitter-python;
 * anonymous nodes are left out, unless they fill a field (operators do).
 */
export class Node {
  readonly type: string;
  /** Offsets into the source, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly parent: Node | undefined;
  /** The field of the parent that it fills. */
  readonly field: string | undefined;
  readonly kids: Node[] = [];

  // oxlint-disable-next-line max-params -- made a million times, by one caller
  constructor(type: string, start: number, end: number, parent: Node | undefined, field: string | undefined) {
    this.type = type;
    this.start = start;
    this.end = end;
    this.parent = parent;
    this.field = field;
  }

  /** The first child in a field. */
  get(field: string): Node | undefined {
    for (const kid of this.kids) if (kid.field === field) return kid;
    return undefined;
  }

  /** Every child in a field. */
  all(field: string): readonly Node[] {
    return this.kids.filter((kid) => kid.field === field);
  }

  /** The first child of a type. */
  child(type: string): Node | undefined {
    for (const kid of this.kids) if (kid.type === type) return kid;
    return undefined;
  }
}

/** Each node below and with `top`, parents first. */
export function* descendants(top: Node): Generator<Node> {
  const open = [top];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    for (let at = node.kids.length - 1; at >= 0; at--) {
      const kid = node.kids[at];
      if (kid !== undefined) open.push(kid);
    }
  }
}
