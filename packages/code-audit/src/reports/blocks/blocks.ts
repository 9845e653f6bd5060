import type { Severity } from "@modelkeep/findings";

/** A piece of a line. Plain text is escaped by whoever renders it. */
export type Span =
  | string
  | { readonly kind: "code" | "strong" | "dim"; readonly text: string }
  | { readonly kind: "severity"; readonly severity: Severity; readonly text: string }
  /** To another document of the same set. */
  | { readonly kind: "link"; readonly text: string; readonly href: string };

export type Line = readonly Span[];

/** A bar of a chart. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly tone: Severity | "good";
}

/** What a report is made of: said once, rendered as HTML and as Markdown. */
export type Block =
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: "paragraph"; readonly line: Line; readonly tone?: "good" | "bad" | "dim" }
  | { readonly kind: "list"; readonly ordered?: boolean; readonly items: readonly Line[] }
  | {
      readonly kind: "table";
      readonly head: readonly string[];
      readonly rows: readonly (readonly Line[])[];
      /** Columns that hold numbers. */
      readonly numbers?: readonly number[];
    }
  | { readonly kind: "code"; readonly language: "diff" | "text"; readonly text: string }
  | { readonly kind: "score"; readonly total: number; readonly label: string }
  | { readonly kind: "bars"; readonly title: string; readonly bars: readonly Bar[] }
  /** Blocks that belong together: a finding. `tone` colours its edge. */
  | { readonly kind: "section"; readonly tone: Severity | "none"; readonly blocks: readonly Block[] };
