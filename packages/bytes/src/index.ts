export { BytesError, type BytesErrorCode } from "./errors.ts";
export { bufferSource, sliceSource, type ByteSource } from "./source.ts";
