import type { Reporter } from "../common/reporter.ts";
import { checkSetting } from "../common/setting.ts";
import { type Setting, checkSecret } from "../secrets/check.ts";
import type { Context } from "../shell/checks/context.ts";
import { mapSettings } from "../compose/environment.ts";
import { entry } from "../yaml/look.ts";
import type { Resource } from "./pods.ts";

/** What secrets and settings hold as text. A Secret in a repository is none. */
export function checkStored({ document, node, kind }: Resource, { reporter, example }: Context): void {
  if (kind === "ConfigMap") {
    for (const setting of mapSettings(document, entry(document, node, "data")?.value))
      checkSetting(reporter, setting, example);
  }
  if (kind !== "Secret") return;
  for (const setting of mapSettings(document, entry(document, node, "stringData")?.value))
    checkHeld(reporter, setting, example);
  for (const setting of mapSettings(document, entry(document, node, "data")?.value)) {
    const value = decoded(setting.value);
    if (value !== undefined) checkHeld(reporter, { ...setting, value }, example);
  }
}

/** In a Secret every value is one, unless its name says that it is a user, an address or the like. */
function checkHeld(reporter: Reporter, setting: Setting, example = false): void {
  const open = /user|login|host|port|uri|url|endpoint|name|region|bucket|database|^db$|path|id$/iu.test(
    setting.name,
  );
  const name = open ? setting.name : `${setting.name}_password`;
  if (setting.value.length > 4000) return;
  checkSecret(reporter, { ...setting, name }, example);
}

function decoded(text: string): string | undefined {
  const plain = text.replaceAll(/\s/gu, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/u.test(plain) || plain.length % 4 !== 0) return undefined;
  const value = Buffer.from(plain, "base64").toString("utf8");
  return /^[\u0020-\u007e\n\r\t]*$/u.test(value) ? value.trim() : undefined;
}
