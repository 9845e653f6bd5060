import type { Localized } from "../model/text.ts";
import type { MarkKind } from "./value.ts";

/** What somebody else decides: a path outside the project, and what it says. The first that fits decides. */
const SOURCES: readonly (readonly [RegExp, MarkKind, Localized])[] = [
  [
    /^flask\.request\.(args|form|json|values|files|headers|cookies|data|stream|get_json|get_data|view_args|query_string|full_path|path|url|environ|referrer|user_agent)$/,
    "request",
    { en: "request", zh: "请求" },
  ],
  [
    /^(quart|sanic|bottle|werkzeug|starlette|aiohttp|django|tornado|falcon)\b.*\brequest\.(args|form|json|values|files|headers|cookies|data|query|params|forms|GET|POST|body)$/i,
    "request",
    { en: "request", zh: "请求" },
  ],
  [/^bottle\.request\./, "request", { en: "request", zh: "请求" }],
  [
    /^streamlit\.(sidebar\.)?(text_input|text_area|chat_input|file_uploader|query_params|experimental_get_query_params|data_editor)\b/,
    "request",
    { en: "field of a page", zh: "页面输入" },
  ],
  [
    /^(os\.environ|os\.environb|os\.getenv|os\.getenvb|decouple\.config|environ\.Env\(\)|environs\.Env\(\)\.\w+|dotenv\.dotenv_values)$/,
    "environment",
    { en: "environment variable", zh: "环境变量" },
  ],
  [/^sys\.argv$/, "argument", { en: "command line", zh: "命令行" }],
  [
    /^(argparse\.ArgumentParser\(\)\.(parse_args|parse_known_args)|optparse\.OptionParser\(\)\.parse_args|docopt\.docopt|fire\.Fire|absl\.flags\.FLAGS|getopt\.g?n?u?_?getopt)$/,
    "argument",
    { en: "command line", zh: "命令行" },
  ],
  [
    /^(input|raw_input|getpass\.getpass|click\.prompt|typer\.prompt|sys\.stdin\.(read|readline|readlines|buffer\.read))$/,
    "input",
    { en: "typed in", zh: "终端输入" },
  ],
  [
    /^(requests|httpx)(\.Session\(\)|\.Client\(\)|\.AsyncClient\(\))?\.(get|post|put|patch|delete|request|head|stream)$/,
    "http",
    { en: "answer of a server", zh: "服务器响应" },
  ],
  [
    /^(urllib\.request\.(urlopen|urlretrieve)|urllib3\..*\.request|aiohttp\.ClientSession\(\)\.(get|post|request)|aiohttp\.request|http\.client\.HTTPS?Connection\(\)\.getresponse|socket\.socket\(\)\.(recv|recvfrom)|wget\.download)$/,
    "http",
    { en: "answer of a server", zh: "服务器响应" },
  ],
  [
    /\.(fetchone|fetchall|fetchmany|scalar|scalar_one|scalars|scalar_one_or_none)$/,
    "database",
    { en: "row of a database", zh: "数据库记录" },
  ],
  [
    /^(pandas\.read_sql(_query|_table)?|pymongo\.MongoClient\(\).*\.(find|find_one|aggregate)|.*\.objects\.(get|filter|all|first))$/,
    "database",
    { en: "row of a database", zh: "数据库记录" },
  ],
  [
    /^(redis|aioredis)\.(Redis|StrictRedis|from_url|Redis\(?\)?\.from_url)\(\)\.(get|hget|hgetall|lpop|rpop|blpop|brpop|mget|xread|lrange)$/,
    "queue",
    { en: "message of a queue", zh: "队列消息" },
  ],
  [
    /^(boto3\.(client|resource)\(\)\.(receive_message|get_parameter|get_item)|queue\.Queue\(\)\.get(_nowait)?|kafka\.KafkaConsumer\(\)(\[\]|\.poll|\.__next__)|confluent_kafka\.Consumer\(\)\.(poll|consume)|zmq\..*\.recv\w*|pika\..*\.basic_get|azure\.servicebus\..*receive\w*|multiprocessing\.(connection\.)?\w+\(\).*\.recv)$/,
    "queue",
    { en: "message of a queue", zh: "队列消息" },
  ],
  [/^kafka\.KafkaConsumer\(\)$/, "queue", { en: "message of a queue", zh: "队列消息" }],
  [
    /^(open|io\.open|codecs\.open|gzip\.open|bz2\.open|lzma\.open|pathlib\.Path\(\)\.(open|read_text|read_bytes)|aiofiles\.open|fileinput\.input|smart_open\.open)$/,
    "file",
    { en: "file", zh: "文件" },
  ],
  [
    /^(configparser\.\w*ConfigParser\(\)\.(get|read)|toml\.load|tomllib\.load|tomli\.load|omegaconf\.OmegaConf\.load|pandas\.read_(csv|json|excel|parquet|table))$/,
    "file",
    { en: "file", zh: "文件" },
  ],
  [
    /^(mlflow\.artifacts\.(download_artifacts|load_dict|load_text)|mlflow\.MlflowClient\(\)\.download_artifacts|mlflow\.store\.artifact\.\w+\.\w+\(\)\.download_artifacts|huggingface_hub\.(hf_hub_download|snapshot_download|cached_download)|wandb\..*\.download|boto3\.(client|resource)\(\).*\.download_file(obj)?|torch\.hub\.(load_state_dict_from_url|download_url_to_file)|tensorflow\.keras\.utils\.get_file|keras\.utils\.get_file|gdown\.download)$/,
    "artifact",
    { en: "downloaded artifact", zh: "下载的制品" },
  ],
  [
    /^(mlflow(\.\w+)*\.load_model|mlflow\.pyfunc\.\w+|joblib\.load|pickle\.loads?|torch\.load)$/,
    "model",
    { en: "model", zh: "模型" },
  ],
  [
    /^(hashlib\.\w+(\(\))?\.(hexdigest|digest)|hashlib\.file_digest\(\)\.(hexdigest|digest)|hmac\.new\(\)\.(hexdigest|digest)|hmac\.(digest|HMAC\(\)\.(hexdigest|digest))|xxhash\.\w+\(\)\.(hexdigest|digest)|zlib\.(crc32|adler32)|blake3\.blake3\(\)\.(hexdigest|digest)|Crypto\.Hash\.\w+\.new\(\)\.(hexdigest|digest))$/,
    "digest",
    { en: "digest", zh: "摘要" },
  ],
];

/** Most paths begin with one of few names, so the patterns are tried only for these. */
const HEADS =
  /^(flask|quart|sanic|bottle|werkzeug|starlette|aiohttp|django|tornado|falcon|streamlit|os|decouple|environ|environs|dotenv|sys|argparse|optparse|docopt|fire|absl|getopt|input|raw_input|getpass|click|typer|requests|httpx|urllib|urllib3|http|socket|wget|pandas|pymongo|redis|aioredis|boto3|queue|kafka|confluent_kafka|zmq|pika|azure|multiprocessing|open|io|codecs|gzip|bz2|lzma|pathlib|aiofiles|fileinput|smart_open|configparser|toml|tomllib|tomli|omegaconf|mlflow|huggingface_hub|wandb|torch|tensorflow|keras|gdown|joblib|pickle|hashlib|hmac|xxhash|zlib|blake3|Crypto)\b|\.(fetch\w+|scalar\w*|get|filter|all|first)$/;

const seen = new Map<string, readonly [MarkKind, Localized] | null>();

/** Whether a path gives what somebody else decides. */
export function sourceOf(path: string): readonly [MarkKind, Localized] | undefined {
  const hit = seen.get(path);
  if (hit !== undefined) return hit ?? undefined;
  const row = HEADS.test(path) ? SOURCES.find(([pattern]) => pattern.test(path)) : undefined;
  if (seen.size < 20_000) seen.set(path, row === undefined ? null : [row[1], row[2]]);
  return row === undefined ? undefined : [row[1], row[2]];
}

/** What comes out of these is harmless, whatever goes in. */
export const CLEANING: ReadonlySet<string> = new Set(
  (
    "int float bool complex len id hash isinstance issubclass callable type range abs round ord uuid.UUID uuid.uuid4 decimal.Decimal datetime.datetime.fromisoformat " +
    "datetime.date.fromisoformat time.time os.path.exists os.path.isfile os.path.isdir os.path.getsize os.stat print ipaddress.ip_address hmac.compare_digest secrets.compare_digest " +
    "werkzeug.security.check_password_hash enumerate.count any all sum"
  ).split(" "),
);

/** What comes out of these does no harm in one kind of sink. */
export const SAFE_FOR = new Map<string, "shell" | "path" | "sql">([
  ["shlex.quote", "shell"],
  ["pipes.quote", "shell"],
  ["werkzeug.utils.secure_filename", "path"],
  ["werkzeug.secure_filename", "path"],
  ["os.path.basename", "path"],
  ["ntpath.basename", "path"],
  ["posixpath.basename", "path"],
  ["werkzeug.utils.safe_join", "path"],
  ["flask.safe_join", "path"],
  ["django.utils._os.safe_join", "path"],
  ["psycopg2.sql.Identifier", "sql"],
  ["psycopg2.sql.Literal", "sql"],
]);

/** Parameters of a function that are the parts of a path or a text. */
export const JOINS: ReadonlySet<string> = new Set(["os.path.join", "posixpath.join", "ntpath.join"]);

/** What these give is what their first argument is. */
export const IDENTITIES: ReadonlySet<string> = new Set(
  "str os.fspath os.path.abspath os.path.realpath os.path.normpath os.path.expanduser os.path.expandvars textwrap.dedent copy.copy copy.deepcopy typing.cast list tuple set sorted reversed iter next bytes bytearray io.BytesIO io.StringIO io.BufferedReader memoryview tempfile.SpooledTemporaryFile".split(
    " ",
  ),
);

/** These call the function that is their argument: its place, or its keyword, and where its own arguments begin. */
export const HIGHER = new Map<
  string,
  { readonly fn: number | string; readonly args: "elements" | "rest" | "none" | "args" }
>([
  ["map", { fn: 0, args: "elements" }],
  ["filter", { fn: 0, args: "elements" }],
  ["functools.reduce", { fn: 0, args: "elements" }],
  ["reduce", { fn: 0, args: "elements" }],
  ["itertools.starmap", { fn: 0, args: "elements" }],
  ["apply", { fn: 0, args: "rest" }],
  ["asyncio.to_thread", { fn: 0, args: "rest" }],
  ["anyio.to_thread.run_sync", { fn: 0, args: "rest" }],
  ["starlette.concurrency.run_in_threadpool", { fn: 0, args: "rest" }],
  ["fastapi.concurrency.run_in_threadpool", { fn: 0, args: "rest" }],
  ["contextlib.ExitStack().callback", { fn: 0, args: "rest" }],
  ["atexit.register", { fn: 0, args: "rest" }],
  ["threading.Thread", { fn: "target", args: "args" }],
  ["multiprocessing.Process", { fn: "target", args: "args" }],
  ["threading.Timer", { fn: 1, args: "none" }],
]);

/** The same for methods, by name, of whatever object. */
export const HIGHER_METHODS = new Map<string, { readonly fn: number; readonly args: "elements" | "rest" }>([
  ["submit", { fn: 0, args: "rest" }],
  ["map", { fn: 0, args: "elements" }],
  ["imap", { fn: 0, args: "elements" }],
  ["imap_unordered", { fn: 0, args: "elements" }],
  ["starmap", { fn: 0, args: "elements" }],
  ["apply_async", { fn: 0, args: "rest" }],
  ["run_in_executor", { fn: 1, args: "rest" }],
  ["apply", { fn: 0, args: "rest" }],
  ["pipe", { fn: 0, args: "rest" }],
  ["applymap", { fn: 0, args: "rest" }],
  ["foreach", { fn: 0, args: "rest" }],
  ["flatMap", { fn: 0, args: "rest" }],
]);
