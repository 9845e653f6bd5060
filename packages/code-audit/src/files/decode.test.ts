import { assert, property, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { decode } from "./decode.ts";

const GBK = [0xd6, 0xd0, 0xce, 0xc4];

describe("decode", () => {
  it.each([
    ["plain UTF-8", Buffer.from("é 模型"), "é 模型", "utf-8"],
    ["a UTF-8 mark", Buffer.from("\ufeffx"), "x", "utf-8"],
    ["a UTF-16 mark", Buffer.from("\ufeffx = 1", "utf16le"), "x = 1", "utf-16le"],
    ["UTF-16 without a mark", Buffer.from("import pickle\n", "utf16le"), "import pickle\n", "utf-16le"],
    ["a UTF-32 mark", Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), "a", "utf-32le"],
    ["GBK without a cookie", Buffer.from([0x23, ...GBK]), "#中文", "gb18030"],
    [
      "GBK with a cookie",
      Buffer.from([...Buffer.from("# -*- coding: gbk -*-\n#"), ...GBK]),
      "# -*- coding: gbk -*-\n#中文",
      "gbk",
    ],
    [
      "a cookie in line two",
      Buffer.from([...Buffer.from("#!x\n# vim: set fileencoding=cp936 :\n"), ...GBK]),
      "#!x\n# vim: set fileencoding=cp936 :\n中文",
      "gbk",
    ],
    ["Latin-1, which is no GB 18030", Buffer.from([0x61, 0xe9, 0x0a]), "aé\n", "iso-8859-1"],
    [
      "a cookie that lies",
      Buffer.from([...Buffer.from("# coding: utf-8\n"), 0xe9, 0x0a]),
      "# coding: utf-8\né\n",
      "iso-8859-1",
    ],
    ["a cookie that nobody knows", Buffer.from("# coding: rot13\nx"), "# coding: rot13\nx", "utf-8"],
    ["nothing", Buffer.alloc(0), "", "utf-8"],
  ])("reads %s", (_, bytes, text, encoding) => {
    expect(decode(bytes)).toEqual({ text, encoding });
  });

  it("replaces NUL by a space of the same length, and says where the first was", () => {
    expect(decode(Buffer.from("a\0b\0"))).toEqual({ text: "a b ", encoding: "utf-8", nul: 1 });
  });

  it("gives a text without NUL for any bytes", () => {
    assert(property(uint8Array({ maxLength: 64 }), (bytes) => !decode(bytes).text.includes("\0")));
  });
});
