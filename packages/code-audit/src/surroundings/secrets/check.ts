import { rule as literalSecret } from "../../rules/mk2701.ts";
import { rule as defaultPassword } from "../../rules/mk2702.ts";
import type { Range, Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { namesSecret } from "./names.ts";
import { credentialsIn, isPlaceholder, isWellKnown, secretForm } from "./values.ts";

/** One named value of a file. */
export interface Setting {
  readonly name: string;
  /** What stands there, references to other variables unresolved. */
  readonly value: string;
  readonly range: Range;
  /** The account that the value belongs to, when the file says it: `POSTGRES_USER` of `POSTGRES_PASSWORD`. */
  readonly account?: string;
}

/**
 * Reports a setting whose value is a secret. Only what is literally there: a reference, a placeholder, or nothing is none.
 * @param example the file shows people how to write their own: only real tokens, known by their form, count there
 * @returns whether it was reported
 */
export function checkSecret(reporter: Reporter, setting: Setting, example = false): boolean {
  const { name, value, range } = setting;
  const form = secretForm(value);
  if (form !== undefined) {
    reporter.hide(form.text);
    reporter.add(
      literalSecret,
      range,
      say(`${form.name} in ${name}`, `${name} 中含有明文机密（${form.name}）`),
    );
    return true;
  }
  if (example) return false;
  return checkAddress(reporter, setting) || checkNamed(reporter, setting);
}

function checkAddress(reporter: Reporter, { name, value, range }: Setting): boolean {
  const credentials = credentialsIn(value);
  if (credentials === undefined) return false;
  const { user, password } = credentials;
  reporter.hide(password);
  if (isWellKnown(password) || password === user) {
    reporter.add(
      defaultPassword,
      range,
      say(`The address in ${name} holds a well-known password`, `${name} 的地址中含有众所周知的密码`),
    );
  } else {
    reporter.add(
      literalSecret,
      range,
      say(`The address in ${name} holds a password`, `${name} 的地址中含有密码`),
    );
  }
  return true;
}

const FALLBACK = /^\$\{[A-Za-z_][A-Za-z0-9_]*:?-([^${}]+)\}$/u;

function checkNamed(reporter: Reporter, { name, value, range, account }: Setting): boolean {
  const literal = FALLBACK.exec(value.trim())?.[1] ?? value.trim();
  // A sentence, or a list such as that of nsswitch.conf, is no password.
  if (
    /\s/u.test(literal) ||
    !namesSecret(name) ||
    isPlaceholder(literal) ||
    literal.includes("${") ||
    /^\$\w/u.test(literal)
  )
    return false;
  reporter.hide(literal);
  if (isWellKnown(literal) || literal === account) {
    reporter.add(
      defaultPassword,
      range,
      say(`${name} is a password that everybody knows`, `${name} 是众所周知的密码`),
    );
  } else {
    reporter.add(literalSecret, range, say(`${name} stands here literally`, `${name} 以明文写在此处`));
  }
  return true;
}

/** Names of files that show how to write one's own. */
export function isExample(path: string): boolean {
  return /(?:example|sample|template|\.dist$|\.tmpl$|\.tpl$|\.j2$)/iu.test(
    path.slice(path.lastIndexOf("/") + 1),
  );
}
