import { describe, expect, it } from "vitest";
import type { FileKind } from "../model/source.ts";
import { commentsIn } from "./comments.ts";

function texts(text: string, kind: FileKind): string[] {
  return commentsIn(text, kind).map((comment) => comment.text);
}

describe("commentsIn", () => {
  it.each<[FileKind, string, string[]]>([
    ["python", "a = 1  # one\n# two\r\nb # three", ["# one", "# two", "# three"]],
    ["python", "s = '# no'\nt = \"# no\" # yes", ["# yes"]],
    ["python", "s = 'it\\'s # no' # yes", ["# yes"]],
    ["python", '"""\n# no\n"""  # yes', ["# yes"]],
    ["python", "r'''\n# no ' '' \\''' # no\n''' # yes", ["# yes"]],
    ["python", "s = 'never closed # no\nx # yes", ["# yes"]],
    ["python", 's = "goes on \\\n # no" # yes', ["# yes"]],
    ["python", "'''never closed\n# no", []],
    ["notebook", "%pip install x # yes", ["# yes"]],
    ["yaml", 'a: b # yes\nc: d#no\nurl: "x # no" # yes', ["# yes", "# yes"]],
    ["workflow", "name: don't # yes\n- 'it''s # no' # yes", ["# yes", "# yes"]],
    ["workflow", "run: |\n  echo hi\n  # yes\n", ["# yes"]],
    ["shell", "echo '# no\n# no' # yes\necho a#no \\# no", ["# yes"]],
    ["env", "A=b # yes\nB='c # no'", ["# yes"]],
    ["requirements", "a==1 # yes\ngit+https://x/y#egg=no\n# yes", ["# yes", "# yes"]],
    ["dockerfile", "FROM x # no\n  # yes\nRUN a", ["# yes"]],
    ["ini", "a = b ; no\n; yes\n# yes", ["; yes", "# yes"]],
    ["pyproject", "a = '''\n# no\n''' # yes", ["# yes"]],
    ["python", "", []],
  ])("%s %j has %j", (kind, text, expected) => {
    expect(texts(text, kind)).toEqual(expected);
  });

  it("places comments by offset", () => {
    expect(commentsIn("é😀 # x\n", "python")).toEqual([{ start: 4, end: 7, text: "# x" }]);
  });

  it("ends on a long text without a line end", () => {
    expect(commentsIn("#".repeat(200_000), "dockerfile")).toHaveLength(1);
    expect(commentsIn("' ".repeat(100_000), "yaml")).toEqual([]);
  });
});
