const SECRET =
  /(?:pass(?:word|wd|phrase|code)|(?:^|[_.-])pwd(?:$|[_.-])|(?:^|[_.-])pass(?:$|[_.-])|secret|(?:^|[_.-])token(?:$|[_.-])|api[_.-]?key|access[_.-]?key|account[_.-]?key|private[_.-]?key|encryption[_.-]?key|signing[_.-]?key|(?:^|[_.-])credential|connection[_.-]?string|(?:^|[_.-])sas(?:$|[_.-]))/iu;
/** Names about a secret: where it lies, how long it is, whether it is used. */
const ABOUT =
  /(?:_(?:file|path|dir|url|uri|endpoint|name|ref|id|arn|length|min|max|ttl|expir\w*|age|days|type|policy|enabled?|required|method|header|prefix|suffix|count|limit|version|algorithm|rotation\w*|manager|store|backend|provider|scope|env|var|field|hash|salt_rounds)|key_id|keyid|tokenizers?|max_tokens|num_tokens)$|^(?:enable|disable|use|require|allow|max|min|num|has|is|no)[_.-]|tokeniz|existing[_.-]?secret|^secret[_.-]?(?:name|key[_.-]?ref)$|^imagepullsecrets$/iu;

/** Does a setting of this name hold a secret: `MLFLOW_TRACKING_PASSWORD`, `aws_secret_access_key`, `apiKey`. */
export function namesSecret(name: string): boolean {
  const flat = name.replaceAll(/([a-z0-9])([A-Z])/gu, "$1_$2").slice(0, 200);
  return SECRET.test(flat) && !ABOUT.test(flat);
}
