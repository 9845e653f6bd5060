/** Passwords that everybody tries first: defaults of MLflow and of what is deployed around it, and the usual stand-ins. */
const WELL_KNOWN: ReadonlySet<string> = new Set([
  "password1234",
  "password",
  "password1",
  "password123",
  "passw0rd",
  "p@ssw0rd",
  "pass",
  "admin",
  "admin123",
  "admin1234",
  "administrator",
  "root",
  "toor",
  "changeme",
  "change_me",
  "change-me",
  "changeit",
  "secret",
  "secret123",
  "test",
  "test123",
  "guest",
  "user",
  "default",
  "letmein",
  "welcome",
  "qwerty",
  "abc123",
  "1234",
  "12345",
  "123456",
  "12345678",
  "123456789",
  "minioadmin",
  "minio",
  "minio123",
  "minio1234",
  "miniopassword",
  "minio_password",
  "postgres",
  "postgresql",
  "mysql",
  "mariadb",
  "mongo",
  "redis",
  "rabbitmq",
  "mlflow",
  "mlflow123",
  "mlflow1234",
  "mlflow_password",
  "mlflow-password",
  "mlflowpassword",
  "mlflow_pass",
  "airflow",
  "grafana",
  "jupyter",
  "docker",
  "example",
]);

/** Is this a password that everybody knows? */
export function isWellKnown(value: string): boolean {
  return WELL_KNOWN.has(value.toLowerCase());
}

const PLACEHOLDER =
  /^(?:<[^>]*>|\[[^\]]*\]|x{3,}|\*+|\.{3,}|-+|_+|todo|tbd|none|null|nil|n\/a|unset|true|false|yes|no|on|off|redacted|placeholder|.*(?:your[-_ .]|[-_]here$|replace[-_ ]?(?:me|this|with)|insert[-_ ]|fill[-_ ]?(?:in|me)|set[-_ ]?(?:me|this)|put[-_ ]).*)$/iu;
const REFERENCE =
  /^(?:\$|%[A-Za-z_]\w*%$|\{\{|(?:env|vault|file|sm|ssm|aws-sm|gcp-sm|azurekv|op|doppler|secretref|ref\+\w+|secret)(?::|:\/\/)|!vault|\/run\/secrets\/|arn:aws:|ENC\[|@Microsoft\.KeyVault|projects\/[^/]+\/secrets\/)/iu;

/** Stands for a value that somebody puts in later, or says where the value is. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim();
  return (
    text === "" || /[\u{e000}]/u.test(text) || PLACEHOLDER.test(text.slice(0, 300)) || REFERENCE.test(text)
  );
}

/** Tokens that tell by their form whose they are. */
const FORMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["AWS access key", /(?<![A-Z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}(?![A-Z0-9])/u],
  ["GitHub token", /(?<![A-Za-z0-9_])(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})/u],
  ["GitLab token", /(?<![A-Za-z0-9_-])glpat-[A-Za-z0-9_-]{20,}/u],
  ["Slack token", /(?<![A-Za-z0-9])xox[abposr]-[A-Za-z0-9-]{10,}/u],
  [
    "Slack webhook",
    /https:\/\/hooks\.slack\.com\/services\/T[A-Za-z0-9_]+\/B[A-Za-z0-9_]+\/[A-Za-z0-9_]{20,}/u,
  ],
  ["Hugging Face token", /(?<![A-Za-z0-9_])hf_[A-Za-z0-9]{30,}/u],
  ["Databricks token", /(?<![A-Za-z0-9])dapi[0-9a-f]{32}/u],
  ["OpenAI key", /(?<![A-Za-z0-9-])sk-(?:proj-|ant-)?[A-Za-z0-9_-]{20,}/u],
  ["Google key", /(?<![A-Za-z0-9])AIza[0-9A-Za-z_-]{35}/u],
  ["PyPI token", /(?<![A-Za-z0-9])pypi-AgEI[A-Za-z0-9_-]{20,}/u],
  ["npm token", /(?<![A-Za-z0-9_])npm_[A-Za-z0-9]{36}/u],
  ["Azure storage key", /AccountKey=[A-Za-z0-9+/]{40,}={0,2}/u],
  ["private key", /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/u],
];

export interface Form {
  readonly name: string;
  readonly start: number;
  readonly text: string;
}

/** A secret that can be told by its form alone, wherever it stands. */
export function secretForm(value: string): Form | undefined {
  for (const [name, pattern] of FORMS) {
    const match = pattern.exec(value.slice(0, 20_000));
    if (match !== null) return { name, start: match.index, text: match[0] };
  }
  return undefined;
}

const USER_INFO = /[a-z][a-z0-9+.-]{1,30}:\/\/([^\s/@:'"]{0,200}):([^\s/@'"]{1,300})@([^\s/'"]{1,300})/iu;

/** Name and password within an address (`postgresql://user:password@host/db`), when they stand there literally. */
export function credentialsIn(
  value: string,
): { readonly user: string; readonly password: string } | undefined {
  const match = USER_INFO.exec(value.slice(0, 20_000));
  const [, user = "", password = ""] = match ?? [];
  if (match === null || isPlaceholder(password) || /[${}<>()]/u.test(password)) return undefined;
  return { user, password };
}
