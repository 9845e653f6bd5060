import { Cursor } from "@modelkeep/bytes";
import { FormatError } from "../context.ts";
import { whole } from "../problem.ts";
import { type FormatReader, hasMagic } from "../reader.ts";

/**
 * CatBoost's `.cbm`: magic, size, and a FlatBuffers table of trees (catboost/libs/model/model.cpp). Only models that
 * are nothing but this core are explained: parts for text features or CTR tables would follow it.
 */
export const catboostReader: FormatReader = {
  format: "cbm",
  matches: ({ head }) => hasMagic(head, "CBM1"),
  read(source) {
    const cursor = new Cursor(source, 4);
    const size = cursor.u32();
    const root = cursor.u32();
    const end = 8 + size;
    if (root < 4 || root >= size)
      throw new FormatError("malformed", "the root of the CatBoost model lies outside it", 8);
    if (end > source.size) throw new FormatError("truncated", "the CatBoost model is cut off", 4);
    if (end < source.size) {
      throw new FormatError("unsupported", "CatBoost model parts behind the trees are not read", end);
    }
    return whole("cbm", "model-core", source.size);
  },
};
