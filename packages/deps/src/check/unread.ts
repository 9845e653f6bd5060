import type { DepsFinding } from "../finding.ts";
import { say } from "../messages/said.ts";
import type { Project, ProjectFile } from "../project.ts";
import { ruleOf } from "../rules.ts";
import { type CheckContext, findingAt } from "./context.ts";

/** Everything that could not be read: whole files, and parts of files. */
export function checkUnread({ project }: CheckContext): DepsFinding[] {
  const whole = project.unread.map(
    ({ path, message }): DepsFinding => ({
      ...{ ruleId: "MK3005", severity: ruleOf("MK3005").severity, severitySaid: true },
      ...{ message: say("unread", message), advice: say("adviseRead") },
      ...{ file: path, line: 1, column: 1, endLine: 1, endColumn: 1 },
    }),
  );
  const parts = project.files.flatMap((file) =>
    file.reading.problems.map(({ message, at }) =>
      findingAt(file, at, "MK3005", say("unread", message), say("adviseRead")),
    ),
  );
  return [...whole, ...parts, ...project.files.flatMap((file) => computed(file, project))];
}

/** setup.py or setup.cfg beside it may hold them: those are read, and say themselves what is not. */
function computed(file: ProjectFile, project: Project): DepsFinding[] {
  const { dynamicAt } = file.reading;
  const folder = file.path.replace(/[^/\\]*$/u, "");
  const beside = new Set([`${folder}setup.py`, `${folder}setup.cfg`]);
  if (dynamicAt === undefined || project.files.some(({ path }) => beside.has(path))) return [];
  return [findingAt(file, dynamicAt, "MK3005", say("dynamic", "dynamic"), say("adviseRead"))];
}
