import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BytesError } from "./errors.ts";
import { FlatTable } from "./flatbuffer.ts";

/** A root table with an int (field 0), a string (field 2) and a vector of one table (field 3), itself empty. */
function sample(): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(16, 0); // root
  bytes.writeUInt16LE(12, 4); // vtable: its size, the table's size, offsets of four fields
  bytes.writeUInt16LE(16, 6);
  bytes.writeUInt16LE(4, 8);
  bytes.writeUInt16LE(0, 10);
  bytes.writeUInt16LE(8, 12);
  bytes.writeUInt16LE(12, 14);
  bytes.writeInt32LE(12, 16); // table at 16: its vtable lies 12 bytes before
  bytes.writeInt32LE(-7, 20);
  bytes.writeUInt32LE(8, 24); // text at 32
  bytes.writeUInt32LE(12, 28); // vector at 40
  bytes.writeUInt32LE(2, 32);
  bytes.write("é", 36);
  bytes.writeUInt32LE(1, 40);
  bytes.writeUInt32LE(8, 44); // table at 52
  bytes.writeUInt16LE(4, 48); // its vtable: empty
  bytes.writeUInt16LE(4, 50);
  bytes.writeInt32LE(4, 52);
  return bytes;
}

describe("FlatTable", () => {
  test("reads fields by number, and defaults for those that are not there", () => {
    const table = FlatTable.root(sample());
    expect([table.int(0), table.int(1, 5), table.text(2), table.text(9)]).toEqual([-7, 5, "é", undefined]);
    const [inner, ...more] = table.tables(3);
    expect([more.length, inner?.int(0, 3), inner?.table(1), inner?.vector(1, 4)]).toEqual([
      0,
      3,
      undefined,
      undefined,
    ]);
  });

  test.each<[string, (bytes: Buffer) => void]>([
    ["a root outside", (bytes) => bytes.writeUInt32LE(1000, 0)],
    ["a vtable outside", (bytes) => bytes.writeInt32LE(-1000, 16)],
    ["a vector longer than the buffer", (bytes) => bytes.writeUInt32LE(0x40000000, 40)],
    ["a member outside", (bytes) => bytes.writeUInt32LE(0xfffffff0, 44)],
    ["a text longer than the buffer", (bytes) => bytes.writeUInt32LE(60, 32)],
  ])("refuses %s", (_what, change) => {
    const bytes = sample();
    change(bytes);
    const read = (): void => {
      const table = FlatTable.root(bytes);
      table.text(2);
      table.tables(3);
    };
    expect(read).toThrow(expect.objectContaining({ code: "malformed" }));
  });

  test("any bytes are read or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(5), (bytes, field) => {
        try {
          const table = FlatTable.root(bytes);
          table.tables(field);
          table.text(field);
          table.double(field);
        } catch (error) {
          expect(error).toBeInstanceOf(BytesError);
        }
      }),
    );
  });
});
