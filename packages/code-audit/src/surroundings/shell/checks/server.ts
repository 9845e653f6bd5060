import { rule as exposed } from "../../../rules/mk2601.ts";
import { rule as protectionOff } from "../../../rules/mk2602.ts";
import { rule as artifactRoot } from "../../../rules/mk2706.ts";
import type { Step } from "../../../model/finding.ts";
import type { Range } from "../../common/reporter.ts";
import { say } from "../../common/say.ts";
import { hasWildcard } from "../../common/setting.ts";
import { type Invocation, hasFlag, optionsOf } from "../invocation.ts";
import { type ServerStart, serverOf } from "../server.ts";
import { type Context, rangeIn } from "./context.ts";

/** What is said of an exposed server, whichever file starts it. */
export function reportExposed(
  context: Context,
  range: Range,
  published?: Range,
  ways: readonly Step[] = [],
): void {
  const publishing =
    published === undefined
      ? []
      : [{ place: context.reporter.place(published), message: say("published here", "在此处发布") }];
  context.reporter.add(
    exposed,
    range,
    ways.length === 0
      ? say(
          "An MLflow server without authentication is reachable from other machines",
          "未启用身份验证的 MLflow 服务器可被其他机器访问",
        )
      : say(
          "Whoever reaches this MLflow server without authentication chooses the model that a service here loads",
          "任何可访问此未验证身份的 MLflow 服务器的人，都能决定此处某服务所加载的模型",
        ),
    {
      steps: [...publishing, ...ways],
      ...(ways.length === 0 ? {} : { severity: "critical" }),
      suggestion: {
        reason: say("how callers prove who they are is yours to decide", "调用方如何证明身份需由您决定"),
        patch: "modelkeep gateway --host 0.0.0.0   # MLflow itself stays on 127.0.0.1",
      },
    },
  );
}

/** Servers that listen everywhere without authentication, their protections and artifact roots. */
export function checkServer(invocation: Invocation, context: Context): void {
  const server = serverOf(invocation);
  if (server === undefined) return;
  // A service is reached by what it publishes; a runner of a pipeline by nobody.
  const open = server.listens === "every" || server.listens === "other";
  if (open && !server.authenticated && context.kind !== "service" && context.kind !== "pipeline") {
    reportExposed(context, placeOf(invocation, server, context));
  }
  checkServerOptions(invocation, server, context);
}

/** From the program to what says where it listens; of an ENTRYPOINT and a CMD only the latter. */
function placeOf(invocation: Invocation, server: ServerStart, { reporter }: Context): Range {
  const whole = rangeIn(invocation, server.start, server.end);
  const apart = server.bindStart !== undefined && /\n\s*CMD\b/iu.test(reporter.source.text.slice(...whole));
  return apart ? rangeIn(invocation, server.bindStart, server.end) : whole;
}

/** What is wrong with a server's options however it is reached. */
export function checkServerOptions(invocation: Invocation, server: ServerStart, context: Context): void {
  for (const option of optionsOf(server.args, "--allowed-hosts", "--cors-allowed-origins")) {
    if (!hasWildcard(option.text)) continue;
    const range = rangeIn(invocation, option.optionStart, option.end);
    context.reporter.add(
      protectionOff,
      range,
      say(`${option.option} lets everything in`, `${option.option} 放行一切`),
    );
  }
  const disabled = hasFlag(server.args, "--disable-security-middleware");
  if (disabled !== undefined) {
    const range = rangeIn(invocation, disabled.start, disabled.end);
    context.reporter.add(protectionOff, range, say("The security middleware is off", "安全中间件已关闭"));
  }
  for (const option of optionsOf(server.args, "--default-artifact-root", "--artifacts-destination")) {
    if (!opensMore(option.text)) continue;
    const range = rangeIn(invocation, option.optionStart, option.end);
    context.reporter.add(
      artifactRoot,
      range,
      say(`Artifacts lie at ${option.text}`, `制品位于 ${option.text}`),
    );
  }
}

/** The file system's root, a system or home folder, or a folder that everybody shares. */
export function opensMore(root: string): boolean {
  if (root.length > 1000) return false;
  const path = root.replace(/^file:(?:\/\/(?:localhost)?)?(?=\/|$)/u, "").replace(/(?<=.)\/+$/u, "");
  if (path === "" && root.startsWith("file:")) return true;
  return /^(?:\/|\/(?:etc|root|home|usr|var|proc|dev|tmp|var\/tmp|opt|boot)|\/tmp\/.*|\/var\/tmp\/.*|~|\$HOME|\$\{HOME\}|\/home\/[^/]+)$/u.test(
    path,
  );
}
