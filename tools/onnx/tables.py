"""Writes what ONNX's own packages say into tables: the messages of onnx.proto, and the operators' names.

    python tools/onnx/tables.py      # wants onnx and onnxruntime; run from the repository's root

Operators of the standard domains come from `onnx.defs`, those that onnxruntime brings along in `com.microsoft` from
its own registry.
"""

import textwrap

import onnx
import onnx.defs
import onnxruntime
from onnx import onnx_ml_pb2
from onnxruntime.capi import onnxruntime_pybind11_state as state

SCALARS = {1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 9: "string", 12: "bytes", 14: "enum"}
# These load a compiled program or a library that the model names, or call Python.
NOT_DATA = {"ATen", "EPContext", "PythonOp", "PythonOpGrad", "Snpe"}


def messages():
    found = {}

    def walk(descriptor):
        if descriptor.full_name in found:
            return
        fields = []
        found[descriptor.full_name] = fields
        for field in descriptor.fields:
            kind = field.message_type.full_name if field.message_type else SCALARS[field.type]
            repeated = "*" if field.is_repeated else ""
            oneof = f"@{field.containing_oneof.name}" if field.containing_oneof else ""
            fields.append(f"{field.number}{repeated} {field.name} {kind.removeprefix('onnx.')}{oneof}")
            if field.message_type:
                walk(field.message_type)

    walk(onnx_ml_pb2.ModelProto.DESCRIPTOR)
    return {name.removeprefix("onnx."): fields for name, fields in found.items()}


def names(schemas, domain):
    return sorted({schema.name for schema in schemas if schema.domain == domain})


def words(values):
    return textwrap.fill(" ".join(values), 96, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


def main():
    lines = [f"// Made by tools/onnx/tables.py from onnx {onnx.__version__}.", ""]
    lines += ["/** onnx.proto: `Message: number[*] name type[@oneof]; …`, `*` for repeated fields. */"]
    lines += ["export const MESSAGES: readonly string[] = ["]
    lines += [f'  "{name}: {"; ".join(fields)}",' for name, fields in messages().items()]
    lines += ["];", ""]
    with open("packages/formats/src/onnx/schema.ts", "w", encoding="utf-8") as out:
        out.write("\n".join(lines))

    standard = onnx.defs.get_all_schemas_with_history()
    contrib = [name for name in names(state.get_all_operator_schema(), "com.microsoft") if name not in NOT_DATA]
    tables = [
        ("STANDARD", f"Domain `ai.onnx`, every release up to onnx {onnx.__version__}.", names(standard, "")),
        ("MACHINE_LEARNING", "Domain `ai.onnx.ml`.", names(standard, "ai.onnx.ml")),
        (
            "CONTRIB",
            f"Domain `com.microsoft`, built into onnxruntime {onnxruntime.__version__}; without the operators that load "
            "a program or library that the model names.",
            contrib,
        ),
    ]
    newest = {"com.microsoft": 1}
    for schema in standard:
        newest[schema.domain] = max(newest.get(schema.domain, 0), schema.since_version)
    lines = ["// Made by tools/onnx/tables.py.", ""]
    lines += ["/** Newest version of the format. */", f"export const IR_VERSION = {onnx.IR_VERSION};", ""]
    lines += ["/** Newest version of each operator set that ONNX or onnxruntime defines. */"]
    lines += ["export const OPSET_VERSIONS: ReadonlyMap<string, number> = new Map(["]
    lines += [f'  ["{domain}", {version}],' for domain, version in sorted(newest.items())]
    lines += ["]);"]
    for name, text, values in tables:
        lines += ["", f"/** {text} */", f"export const {name} = `", words(values), "`;"]
    with open("packages/scanner/src/allowlist/onnx/operators.ts", "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")


main()
