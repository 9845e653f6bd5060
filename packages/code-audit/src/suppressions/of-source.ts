import type { Source } from "../model/source.ts";
import { type Directive, directivesIn } from "./directive.ts";

const MENTION = Buffer.from("odelkeep:");

/** Whether a file can hold a suppression at all: asked of every file of the audit, so of its bytes. */
export function mentionsUs(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(MENTION);
}

/** The suppressions of a file; in a notebook those of its code cells, which count from 1 among all cells. */
export function directivesOf(source: Source): Directive[] {
  if (source.kind !== "notebook") return directivesIn(source);
  return codeCells(source.text).flatMap(({ text, cell }) => directivesIn({ ...source, text }, cell));
}

function codeCells(text: string): { readonly text: string; readonly cell: number }[] {
  let notebook: unknown;
  try {
    notebook = JSON.parse(text);
  } catch {
    // No notebook, which its inspector reports; nothing in it can be silenced.
    return [];
  }
  const cells: unknown = field(notebook, "cells");
  if (!Array.isArray(cells)) return [];
  return cells.flatMap((cell: unknown, index) => {
    if (field(cell, "cell_type") !== "code") return [];
    const source = field(cell, "source");
    const lines: readonly unknown[] = Array.isArray(source) ? source : [source];
    return [{ text: lines.filter((line) => typeof line === "string").join(""), cell: index + 1 }];
  });
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}
