import type { CallFact, Value } from "../python/types.ts";
import { argumentOf } from "./calls.ts";
import { marksAmong } from "./marks.ts";
import type { PythonRule } from "./rule.ts";

const FILES =
  /^(open|io\.open|codecs\.open|os\.(remove|unlink|rmdir|rename|replace|makedirs|mkdir|listdir|scandir|startfile|open|chmod|symlink)|shutil\.(rmtree|copy|copy2|copyfile|copytree|move)|pathlib\.Path\(\)\.(open|read_text|read_bytes|write_text|write_bytes|unlink|rmdir|mkdir|iterdir|rename)|flask\.send_file|fastapi\.responses\.FileResponse|starlette\.responses\.FileResponse|aiofiles\.open|zipfile\.ZipFile|tarfile\.open|numpy\.(load|save)|pandas\.read_(csv|json|parquet|excel))$/;
const MLFLOW =
  /^mlflow\.(MlflowClient\(\)\.)?(log_artifacts?|download_artifacts|artifacts\.download_artifacts|log_text|log_dict|log_image|log_figure)$/;
const EXTRACTS =
  /^(tarfile\.(open|TarFile|TarFile\.open)\(\)\.(extractall|extract)|tarfile\.\w+\.extractall|shutil\.unpack_archive)$/;

function paths(call: CallFact): readonly (Value | undefined)[] {
  if (FILES.test(call.path)) {
    const own = call.path.startsWith("pathlib")
      ? [call.receiver]
      : [argumentOf(call, 0, "file", "path", "src", "path_or_file", "filename")];
    return /copy|move|rename|replace/.test(call.path) ? [...own, argumentOf(call, 1, "dst")] : own;
  }
  if (!MLFLOW.test(call.path)) return [];
  return ["local_path", "local_dir", "artifact_path", "path", "dst_path", "artifact_file"]
    .map((name) => call.args.keywords.get(name))
    .concat(call.args.positional.slice(call.path.includes("()") ? 1 : 0, 3));
}

export const rule: PythonRule = {
  id: "MK2305",
  name: "path-traversal",
  title: { en: "Somebody else decides which file is used.", zh: "文件路径由外部输入决定。" },
  severity: "high",
  cwe: "CWE-22",
  advice: {
    en: "Resolve the path and refuse what is not under the folder that is meant.",
    zh: "解析路径，并拒绝不在预期目录下的文件。",
  },
  rank: 38,
  words: [
    "open(",
    "Path",
    "shutil",
    "send_file",
    "FileResponse",
    "os.",
    "artifact",
    "read_csv",
    "extract",
    "unpack_archive",
    "log_",
    "ZipFile",
  ],
  check({ calls }, report) {
    for (const call of calls) {
      const unpacks = EXTRACTS.test(call.path) && call.args.keywords.get("filter") === undefined;
      const marks = unpacks
        ? marksAmong(call.receiver, ["request", "http", "queue", "artifact"]).concat(
            marksAmong(call.args.positional[0], ["request", "http", "queue", "artifact"]),
          )
        : paths(call)
            .flatMap((value) => marksAmong(value, ["request", "queue"]))
            .filter(({ safeFor, label }) => safeFor !== "path" && label.en !== "input of a model");
      if (marks.length === 0) continue;
      report({
        at: call,
        marks,
        way: call.way,
        message: unpacks
          ? {
              en: `${call.path}() writes wherever the archive says`,
              zh: `${call.path}() 会按压缩包指定的任意位置写入`,
            }
          : {
              en: `${call.path}() uses a path that comes from outside`,
              zh: `${call.path}() 使用来自外部的路径`,
            },
      });
    }
  },
};
