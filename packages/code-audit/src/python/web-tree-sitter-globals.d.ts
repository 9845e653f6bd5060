// Names that web-tree-sitter's declarations take from a browser's library and from @types/emscripten; nothing here uses them.
interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
}
declare namespace WebAssembly {
  interface Module {}
}
