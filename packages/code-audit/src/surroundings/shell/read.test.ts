import { describe, expect, it } from "vitest";
import { Mapped } from "../common/mapped.ts";
import { readScript } from "./read.ts";
import { type Word, nextSibling } from "./syntax.ts";

function show(word: Word): string {
  return word.parts
    .map((part) => {
      if (part.kind === "text") return part.text;
      if (part.kind === "variable")
        return `<${part.name}${part.fallback === undefined ? "" : `|${part.fallback}`}>`;
      if (part.kind === "expression") return `<<${part.text}>>`;
      return `<(${part.script.nodes.map((node) => node.words.map(show).join(" ")).join(";")})>`;
    })
    .join("");
}

function read(text: string): string[] {
  return readScript(Mapped.whole(text)).nodes.map((node) => {
    const set = node.assignments.map((one) => `${one.name}=${show(one.value)}`);
    const name = node.kind === "group" ? ["GROUP"] : node.words.map(show);
    return `${[...set, ...name].join(" ")} ${node.condition ? "?" : ""}${JSON.stringify(node.after)}`;
  });
}

describe("readScript", () => {
  it.each<[string, string[]]>([
    ["a b && c || d; e", ['a b "&&"', 'c "||"', 'd ";"', 'e "end"']],
    ["a |\n b", ['a "|"', 'b "end"']],
    ["a \\\n  --b \\\r\n c", ['a --b c "end"']],
    ["# nothing\na # not this\nb", ['a "\\n"', 'b "end"']],
    ["X=1 Y=$Z a", ['X=1 Y=<Z> a "end"']],
    ["a 'b c' \"d $e ${f:-g}\" h\\ i", ['a b c d <e> <f|g> h i "end"']],
    ["a $(b c) `d`", ['a <(b c)> <(d)> "end"']],
    ["bash <(curl x)", ['bash <(curl x)> "end"']],
    ["{ a; b; } || c", ['GROUP "||"', 'a ";"', 'b ";"', 'c "end"']],
    ["(a) || true", ['GROUP "||"', 'a "end"', 'true "end"']],
    ["if a; then b; else c; fi", ['GROUP "end"', 'a ?";"', 'b ";"', 'c ";"']],
    ["if a; then b; fi || c", ['GROUP "||"', 'a ?";"', 'b ";"', 'c "end"']],
    ["for x in a b; do c; done", ['GROUP "end"', 'x=a ";"', 'c ";"']],
    ["f() { a; }\nf", ['GROUP "\\n"', 'a ";"', 'f "end"']],
    ["! a", ['a ?"end"']],
    ["cat > f <<EOF\nmlflow server\nEOF\nb", ['cat "\\n"', 'b "end"']],
    ["echo ${{ github.sha }} {{ x }}", ['echo <<github.sha>> <<x>> "end"']],
    ["a 2>&1 > b", ['a "end"']],
    ["a\r\nb\r\n", ['a "\\n"', 'b "\\n"']],
    ["a $'b\\'c' d", ['a b\\\'c d "end"']],
    ["x=(a b)\nc", ['x=a b "\\n"', 'c "end"']],
    ["a & b", ['a "&"', 'b "end"']],
    ["a ||\n  b", ['a "||"', 'b "end"']],
  ])("%j", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it("knows the sibling behind a group, not what stands in it", () => {
    const script = readScript(Mapped.whole("{ a; b; } || c"));
    expect(nextSibling(script, 0)).toBe(3);
    expect(nextSibling(script, 2)).toBe(-1);
  });

  it("keeps the body of a heredoc", () => {
    const text = "a <<'X'\n$b\nX\n";
    const body = readScript(Mapped.whole(text)).nodes[0]?.redirects[0]?.body;
    expect(body && text.slice(body.start, body.end)).toBe("$b\n");
    expect(body?.literal).toBe(true);
  });

  it.each([
    ["an open quote", "a 'b\nc", "quote"],
    ["an open substitution", "a $(b", "quote"],
    ["groups without end", "{ ".repeat(300), "depth"],
  ])("says that it stopped at %s", (_, text, why) => {
    expect(readScript(Mapped.whole(text)).stopped).toBe(why);
  });

  it.each([
    "$(".repeat(5000),
    "`".repeat(5001),
    "${".repeat(5000),
    "<<".repeat(5000),
    "((((".repeat(3000),
    ")}];;".repeat(3000),
    "\0\u{feff}\\",
  ])("comes back from hostile text", (text) => {
    expect(readScript(Mapped.whole(text)).nodes.length).toBeLessThan(60_000);
  });
});
