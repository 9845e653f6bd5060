import type { Severity } from "@modelkeep/findings";
import type { CallFact, Value } from "../python/types.ts";
import { constantsOf, deepMarks, HOLE, type Mark, textsOf } from "../python/value.ts";
import { argumentOf, is, mayBe } from "./calls.ts";
import { marksAmong, OUTSIDE, REMOTE } from "./marks.ts";
import type { PythonRule } from "./rule.ts";

const SHELLS =
  /^(os\.(system|popen|popen2|popen3|popen4)|subprocess\.(getoutput|getstatusoutput)|asyncio\.(create_subprocess_shell|subprocess\.create_subprocess_shell)|popen2\.\w+|fabric\.\w+(\(\))?\.(run|sudo|local)|invoke\.(run|Context\(\)\.run)|paramiko\.SSHClient\(\)\.exec_command|plumbum\.\w+|IPython\.\w*system|_ipython\.system)$/;
const PROGRAMS = /^subprocess\.(run|call|check_call|check_output|Popen)$/;
const EXECS = /^(os\.(exec[lv]p?e?|spawn[lv]p?e?|startfile)|pty\.spawn|asyncio\.create_subprocess_exec)$/;

/** A command whose text is not fixed, or a program that somebody else names. */
function danger(
  call: CallFact,
): { readonly marks: readonly Mark[]; readonly severity: Severity } | undefined {
  const command = argumentOf(call, 0, "args", "command", "cmd");
  const marks = marksAmong(command, OUTSIDE).filter(({ safeFor }) => safeFor !== "shell");
  if (SHELLS.test(call.path)) return ofText(command, marks);
  if (EXECS.test(call.path))
    return marks.some(({ kind }) => REMOTE.includes(kind)) ? { marks, severity: "high" } : undefined;
  if (!PROGRAMS.test(call.path)) return undefined;
  const [list] = command?.refs ?? [];
  if (mayBe(argumentOf(call, undefined, "shell"), true))
    return list?.kind === "sequence" ? ofText(list.items[0], marks) : ofText(command, marks);
  if (list?.kind === "sequence") return ofList(list.items);
  return marks.some(({ kind }) => REMOTE.includes(kind)) ? { marks, severity: "high" } : undefined;
}

function ofText(command: Value | undefined, marks: readonly Mark[]): ReturnType<typeof danger> {
  if (command === undefined) return undefined;
  if (marks.length > 0) return { marks, severity: "high" };
  if (deepMarks(command).some(({ safeFor }) => safeFor === "shell")) return undefined;
  const texts = textsOf(command);
  const fixed =
    !command.open && command.refs.length > 0 && constantsOf(command).length === command.refs.length;
  if (fixed || (texts.length > 0 && texts.every((text) => !text.includes(HOLE)))) return undefined;
  return { marks, severity: "medium" };
}

/** `["bash", "-c", text]` is a shell, and the first word is the program. */
function ofList(items: readonly Value[]): ReturnType<typeof danger> {
  const [program, flag, text] = items;
  const first = marksAmong(program, REMOTE);
  if (first.length > 0) return { marks: first, severity: "high" };
  const shell =
    textsOf(program).some((name) => /(^|\/)(ba|z|k|da)?sh$|^(cmd|cmd\.exe|powershell|pwsh)$/i.test(name)) ||
    textsOf(program).some((name) => /(^|\/)python[\d.]*$/.test(name));
  const command = textsOf(flag).some((name) => /^(-\w*c|\/c|-command)$/i.test(name));
  return shell && command ? ofText(text, marksAmong(text, OUTSIDE)) : undefined;
}

export const rule: PythonRule = {
  id: "MK2301",
  name: "command-injection",
  title: { en: "A command is put together from parts that are not fixed.", zh: "由不固定的内容拼接命令。" },
  severity: "high",
  cwe: "CWE-78",
  advice: {
    en: "Pass a list of arguments without a shell, and take programs from a fixed list.",
    zh: "以参数列表方式调用且不使用 shell，程序名取自固定列表。",
  },
  rank: 60,
  words: [
    "system",
    "popen",
    "Popen",
    "subprocess",
    "getoutput",
    "getstatusoutput",
    "exec_command",
    "spawn",
    "execv",
    "execl",
    "startfile",
    "commands",
  ],
  check({ calls }, report) {
    for (const call of calls) {
      const found = is(call.args.positional[0], "") ? undefined : danger(call);
      if (found === undefined) continue;
      report({
        at: call,
        marks: found.marks,
        severity: found.severity,
        way: call.way,
        message:
          found.marks.length > 0
            ? {
                en: `${call.path}() runs a command that comes from outside (${found.marks[0]?.label.en ?? ""})`,
                zh: `${call.path}() 执行来自外部的命令（${found.marks[0]?.label.zh ?? ""}）`,
              }
            : {
                en: `${call.path}() runs a text that is put together in a shell`,
                zh: `${call.path}() 在 shell 中执行拼接的文本`,
              },
      });
    }
  },
};
