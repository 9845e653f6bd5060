export { crc32Of, sha256Of } from "./digest.ts";
export { Cursor, viewOf } from "./cursor.ts";
export { BytesError, type BytesErrorCode } from "./errors.ts";
export { openFileSource, type OpenFileOptions } from "./file.ts";
export { bufferSource, sliceSource, type ByteSource } from "./source.ts";
