import { catboostReader } from "./catboost/reader.ts";
import { compressedReaders } from "./compressed/reader.ts";
import { gifReader } from "./images/gif.ts";
import { jpegReader } from "./images/jpeg.ts";
import { pdfReader } from "./images/pdf.ts";
import { pngReader } from "./images/png.ts";
import { webpReader } from "./images/webp.ts";
import { npyReader } from "./npy-reader.ts";
import { onnxReader } from "./onnx/reader.ts";
import { parquetReader } from "./parquet/reader.ts";
import type { FormatReader } from "./reader.ts";
import { safetensorsReader } from "./safetensors/reader.ts";
import { tarReader } from "./tar/reader.ts";
import { torchLegacyReader } from "./torch/legacy.ts";
import { ubjsonReader } from "./ubjson/reader.ts";
import { zipReader } from "./zip/reader.ts";

/**
 * Every binary format, each recognised by its own first bytes, the weaker marks last. Pickle and text come after
 * them, in `analyze.ts`.
 */
export const READERS: readonly FormatReader[] = [
  zipReader,
  torchLegacyReader,
  npyReader,
  pngReader,
  jpegReader,
  gifReader,
  webpReader,
  pdfReader,
  parquetReader,
  catboostReader,
  safetensorsReader,
  ubjsonReader,
  ...compressedReaders,
  tarReader,
  onnxReader,
];
