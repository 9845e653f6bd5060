import type { Inspected } from "../../inspector.ts";
import type { Source } from "../../model/source.ts";
import { rule as permissive } from "../../rules/mk2709.ts";
import { rule as exposedDatabase } from "../../rules/mk2711.ts";
import { Mapped } from "../common/mapped.ts";
import { Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { checkSetting } from "../common/setting.ts";
import { checkIndexOption } from "../requirements/inspect.ts";
import { isExample } from "../secrets/check.ts";
import { checkScript } from "../shell/checks/all.ts";
import { readScript } from "../shell/read.ts";
import { type IniEntry, readIni } from "./ini.ts";

/** Settings in INI form: `basic_auth.ini`, `pip.conf`, `.netrc`-like files, units of systemd, programs of supervisor. */
export function inspectIni(source: Source): Inspected {
  const reporter = new Reporter(source);
  const example = isExample(source.path);
  checkNetrc(source.text, reporter);
  const entries = readIni(source.text);
  const account = entries.find(({ key }) => /^(?:admin_)?user(?:name)?$/iu.test(key))?.value;
  const isAuth =
    /basic_auth/u.test(source.path) ||
    entries.some(({ key }) => key === "authorization_function" || key === "default_permission");
  for (const entry of entries) {
    const { key, range } = entry;
    const setting = { name: key, value: unquoted(entry.value), range };
    // Keys of a unit are systemd's: its credentials are names of files.
    const isUnit = /^(?:Unit|Service|Install|Socket|Timer)$/u.test(entry.section);
    if (!isUnit) checkSetting(reporter, account === undefined ? setting : { ...setting, account }, example);
    if (isAuth) checkAuth(entry, reporter);
    if (/^(?:global|install|download|wheel|freeze|search)$/u.test(entry.section))
      checkIndexOption(reporter, key, entry.value, range);
    checkCommand(entry, source.text, reporter);
  }
  return reporter.result();
}

/** `machine h login u password p`, on one line or several. */
function checkNetrc(text: string, reporter: Reporter): void {
  if (!reporter.source.path.endsWith("netrc")) return;
  for (const match of text.matchAll(/^([^#\n]*?)(\bpassword\s+)(\S+)/gmu)) {
    const start = match.index + (match[1] ?? "").length;
    const end = match.index + match[0].length;
    checkSetting(reporter, { name: "password", value: match[3] ?? "", range: [start, end] });
  }
}

function unquoted(value: string): string {
  return /^(["']).*\1$/su.test(value) ? value.slice(1, -1) : value;
}

function checkAuth({ key, value, range }: IniEntry, reporter: Reporter): void {
  if (key === "default_permission" && /^(?:EDIT|MANAGE)$/iu.test(value)) {
    reporter.add(permissive, range, say(`Everybody has ${value} by default`, `所有人默认拥有 ${value} 权限`));
  }
  if (
    key === "database_uri" &&
    /^sqlite:\/{3,}(?:tmp|var\/tmp|dev\/shm|mnt|srv\/www|var\/www)\//u.test(value)
  ) {
    reporter.add(
      exposedDatabase,
      range,
      say("The users' database lies in a shared folder", "用户数据库位于共享文件夹中"),
    );
  }
}

/** What systemd or supervisor starts, and the environment that they set. */
function checkCommand(
  { section, key, value, range, valueStart }: IniEntry,
  text: string,
  reporter: Reporter,
): void {
  const isUnit = section === "Service" && key.startsWith("Exec");
  const isProgram = section.startsWith("program:") && key === "command";
  if (isUnit || isProgram) {
    const script = readScript(
      Mapped.whole(
        text.slice(valueStart, range[1]).replace(/^[-@+!:]+/u, (prefix) => " ".repeat(prefix.length)),
        valueStart,
      ),
    );
    checkScript(script, new Map(), { reporter, kind: "script" });
  }
  if (
    (section === "Service" && key === "Environment") ||
    (section.startsWith("program:") && key === "environment")
  ) {
    for (const match of value.matchAll(/"?([A-Za-z_]\w*)=("[^"]*"|[^\s,"]*)/gu)) {
      checkSetting(reporter, { name: match[1] ?? "", value: unquoted(match[2] ?? ""), range });
    }
  }
}
