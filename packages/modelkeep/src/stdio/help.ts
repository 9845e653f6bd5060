export const HELP = `Examples
  modelkeep stdio                     what the Python client (docs/python.md) starts
  modelkeep stdio --policy policy.yaml

Usage: modelkeep stdio [OPTIONS]

Answers requests of the program that started it until its standard input ends. Nothing else can reach it: there is no
port and no socket. Frames are two lengths of four bytes (big-endian: of all that follows the first, and of the JSON
text), JSON text, raw bytes. Requests and answers are described in docs/python.md.

      --engine ENGINE     for models that say none themselves: auto, native (never starts Python) or sandbox; default auto
      --env-manager NAME  local: the managed Python; uv, virtualenv: built from the model's requirements; auto
      --policy FILE       scan policy
      --audit-log DIR     records each access there; modelkeep auditlog --data DIR reads it
      --help
`;
