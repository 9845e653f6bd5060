/** What `${{ … }}` may hold that a stranger wrote. @see GitHub, "Security hardening: script injections" */
const STRANGER =
  /github\.head_ref|github\.event\.(?:issue|pull_request|discussion)\.(?:title|body)|github\.event\.pull_request\.head\.(?:ref|label|repo\.(?:default_branch|description|homepage))|github\.event\.(?:comment|review|review_comment)\.body|github\.event\.pages\b.*\.page_name|github\.event\.(?:commits\b.*|head_commit)\.(?:message|author\.(?:email|name)|committer\.(?:email|name))|github\.event\.workflow_run\.(?:head_branch|display_title|head_commit\.(?:message|author\.(?:email|name))|pull_requests\b.*\.head\.ref)|github\.event\.client_payload\b|github\.event\.(?:label|milestone|release|inputs\.title)\.(?:name|title|body)|github\.event\.(?:issue|pull_request)\.milestone\.title|toJSON\(\s*github(?:\.event)?\s*\)/iu;
const INPUT =
  /(?:^|[^\w.])(?:github\.event\.)?inputs\.([\w-]+)|(?:^|[^\w.])(?:github\.event\.)?inputs\[['"]([\w-]+)['"]\]/u;
const JUDGED = /\b(?:contains|startsWith|endsWith|hashFiles)\((?:[^()]|\([^()]*\))*\)/giu;

export type Origin = "stranger" | "input";

/**
 * Who chose the text of an expression.
 * @param harmless inputs that are no free text (booleans, numbers, choices)
 * @param tainted names of `env.` that hold such a text
 */
export function originOf(
  expression: string,
  harmless: ReadonlySet<string>,
  tainted: ReadonlyMap<string, Origin>,
): Origin | undefined {
  const text = expression.slice(0, 2000).replaceAll(JUDGED, "");
  // A comparison gives true or false, unless `&&` or `||` make a value of it.
  if (/[=!<>]=|[<>]/u.test(text) && !/&&|\|\|/u.test(text)) return undefined;
  if (STRANGER.test(text)) return "stranger";
  const variable = /(?:^|[^\w.])env\.([\w-]+)/u.exec(text)?.[1];
  if (variable !== undefined && tainted.has(variable)) return tainted.get(variable);
  const match = INPUT.exec(text);
  const name = match?.[1] ?? match?.[2];
  return name === undefined || harmless.has(name) ? undefined : "input";
}

/** Each `${{ … }}` of a text. */
export function expressionsIn(
  text: string,
): readonly { readonly text: string; readonly start: number; readonly end: number }[] {
  return [...text.matchAll(/\$\{\{([\s\S]{0,4000}?)\}\}/gu)].map((match) => ({
    text: (match[1] ?? "").trim(),
    start: match.index,
    end: match.index + match[0].length,
  }));
}
