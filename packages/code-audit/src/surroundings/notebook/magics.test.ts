import { describe, expect, it } from "vitest";
import { inspectMagics, mayHaveMagics } from "./magics.ts";

function look(...cells: readonly (string | readonly string[])[]): string[] {
  const text = JSON.stringify({ cells: cells.map((source) => ({ cell_type: "code", source })), nbformat: 4 });
  const { findings } = inspectMagics({ path: "n.ipynb", kind: "notebook", text });
  return findings.map(({ place, ruleId }) => `${place.cell}:${place.line}:${place.column} ${ruleId}`);
}

describe("commands in notebooks", () => {
  it.each<[string | string[], string[]]>([
    ["x = 1\n!mlflow server --host 0.0.0.0 &\n", ["1:2:2 MK2601"]],
    [["import os\n", "%pip install --trusted-host h mlflow\n"], ["1:2:14 MK2508"]],
    ["%env MLFLOW_TRACKING_INSECURE_TLS=true", ["1:1:6 MK2704"]],
    ["%%bash\nset -e\ncurl -s https://x.example/y | bash\n", ["1:3:1 MK2703"]],
    ["out = !curl -k https://x.example/y", ["1:1:8 MK2704"]],
    ["if a != b:\n    print('!mlflow server --host 0.0.0.0')", []],
    ["# !mlflow server --host 0.0.0.0", []],
    ["!pip install mlflow==3.11.0\n!mlflow ui\n", []],
  ])("%j", (source, expected) => {
    expect(look(source)).toEqual(expected);
  });

  it("counts all cells, also those without code", () => {
    const text = JSON.stringify({
      cells: [
        { cell_type: "markdown", source: "!mlflow server --host 0.0.0.0" },
        { cell_type: "code", source: ["!mlflow server --host 0.0.0.0"] },
      ],
    });
    const { findings } = inspectMagics({ path: "n.ipynb", kind: "notebook", text });
    expect(findings.map(({ place }) => place.cell)).toEqual([2]);
  });

  it.each(["", "{", "[]", "null", '{"cells": 1}', '{"cells": [1, null, {"cell_type": "code"}]}'])(
    "%j has none",
    (text) => {
      expect(inspectMagics({ path: "n.ipynb", kind: "notebook", text }).findings).toEqual([]);
    },
  );

  it("looks only where a sign of the shell is", () => {
    expect(mayHaveMagics(Buffer.from('{"source": "x = 1"}'))).toBe(false);
    expect(mayHaveMagics(Buffer.from('{"source": "!ls"}'))).toBe(true);
  });
});
