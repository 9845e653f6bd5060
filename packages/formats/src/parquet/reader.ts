import { viewOf } from "@modelkeep/bytes";
import { FormatError } from "../context.ts";
import { whole } from "../problem.ts";
import { type FormatReader, hasMagic } from "../reader.ts";

/**
 * Parquet: magic at both ends, and a footer that fits between. Column data is compressed numbers and text, which no
 * loader of models executes; it is not decoded here.
 */
export const parquetReader: FormatReader = {
  format: "parquet",
  matches: ({ head }) => hasMagic(head, "PAR1"),
  read(source) {
    if (source.size < 12) throw new FormatError("truncated", "the Parquet file is cut off", 0);
    const end = source.view(source.size - 8, 8);
    if (!hasMagic(end, "PAR1", 4))
      throw new FormatError("leftover", "the Parquet file does not end as one", source.size - 4);
    const footer = viewOf(end).getUint32(0, true);
    if (footer === 0 || footer + 12 > source.size) {
      throw new FormatError("malformed", "the Parquet footer does not fit the file", source.size - 8);
    }
    return whole("parquet", "parquet", source.size);
  },
};
