import { deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import * as pickles from "../testing/pickles.ts";
import { scanBytes } from "./scan/scan-file.ts";

/**
 * Families that got past other scanners, from their advisories and change logs: each is a name that a block list
 * forgot at some time. Default deny needs none of these; that they are called malicious is for the reader.
 */
const REACHING = `
os.system posix.system nt.system os.popen subprocess.Popen subprocess.check_output pty.spawn commands.getoutput
builtins.eval builtins.exec builtins.compile builtins.__import__ builtins.getattr builtins.open builtins.breakpoint
pip.main pip._internal.main pip._internal.cli.main.main ensurepip._run_pip venv.create
timeit.timeit timeit.main bdb.Bdb.run bdb.Bdb pdb.run pdb.Pdb.run profile.run cProfile.run cProfile.runctx trace.Trace.run trace.Trace.runctx
doctest.debug_script doctest.testsource code.InteractiveInterpreter.runcode code.InteractiveInterpreter code.interact
idlelib.autocomplete.AutoComplete.get_entity idlelib.calltip.Calltip.fetch_tip idlelib.calltip.get_entity idlelib.debugobj.ObjectTreeItem.SetText
idlelib.pyshell.ModifiedInterpreter.runcode idlelib.pyshell.ModifiedInterpreter.runcommand idlelib.run.Executive.runcode
lib2to3.pgen2.grammar.Grammar.loads lib2to3.pgen2.pgen.ParserGenerator.make_label
numpy.testing._private.utils.runstring numpy.f2py.crackfortran.getlincoef numpy.f2py.crackfortran._eval_length
asyncio.unix_events._UnixSubprocessTransport._start asyncio.run asyncio.create_subprocess_shell
torch.utils.bottleneck.__main__.run_cprofile torch.utils.collect_env.run torch.utils._config_module.ConfigModule.load_config
torch.utils.data.datapipes.utils.decoder.basichandlers torch.jit.unsupported_tensor_ops.execWrapper torch._dynamo.guards.GuardBuilder.get
torch._inductor.codecache.compile_file torch.fx.experimental.symbolic_shapes.ShapeEnv.evaluate_guards_expression torch.serialization.load torch.load torch.storage._load_from_bytes
logging.config.listen logging.config.fileConfig logging.config.dictConfig logging.config.valid_ident logging.FileHandler logging.handlers.SocketHandler
functools.reduce operator.methodcaller operator.attrgetter _operator.attrgetter _operator.methodcaller
_io.FileIO _io.open io.open io.open_code codecs.open linecache.getline linecache.updatecache shutil.rmtree shutil.copyfile tempfile.mktemp fileinput.input
urllib.request.urlopen urllib.request.urlretrieve http.client.HTTPSConnection ftplib.FTP smtplib.SMTP telnetlib.Telnet imaplib.IMAP4_stream ssl.get_server_certificate socket.create_connection webbrowser.open requests.api.get aiohttp.client.request
pickle.loads _pickle.loads pickle.load marshal.loads shelve.open dill.loads joblib.load pandas.read_pickle numpy.load cloudpickle.loads
runpy.run_path runpy._run_code importlib.import_module importlib._bootstrap._load pkgutil.resolve_name pydoc.locate pydoc.pipepager zipimport.zipimporter imp.load_source
ctypes.CDLL ctypes.PyDLL _ctypes.dlopen cffi.FFI numpy.ctypeslib.load_library
sys.exit sys.modules sys.setprofile types.CodeType types.FunctionType inspect.stack gc.get_objects atexit.register threading.Thread signal.signal
distutils.file_util.write_file distutils.spawn.spawn _osx_support._read_output _aix_support._read_cmd_output _pyrepl.pager.pipe_pager uuid._get_command_stdout test.support.script_helper.assert_python_ok platform.popen
os.environ os.getenv os.remove os.unlink getpass.getpass multiprocessing.util.spawnv_passfds concurrent.futures.process.ProcessPoolExecutor
sqlite3.connect xmlrpc.client.ServerProxy tarfile.open zipfile.ZipFile pathlib.Path.write_text
`
  .trim()
  .split(/\s+/u);

function split(full: string): [module: string, name: string] {
  // Where a class's method is meant, the name is dotted: `bdb` + `Bdb.run`.
  const parts = full.split(".");
  const upper = parts.findIndex((part) => /^_?[A-Z]/u.test(part));
  const at = upper > 0 ? upper : parts.length - 1;
  return [parts.slice(0, at).join("."), parts.slice(at).join(".")];
}

const WAYS = Object.entries({
  GLOBAL: pickles.byGlobal,
  STACK_GLOBAL: pickles.byStackGlobal,
  INST: pickles.byInst,
  OBJ: pickles.byObj,
  NEWOBJ: pickles.byNewobj,
  NEWOBJ_EX: pickles.byNewobjEx,
  "imported and dropped": pickles.importedAndDropped,
  "then broken": pickles.thenBroken,
  "then cut": pickles.thenCut,
  "second pickle": pickles.second,
});

describe.each(REACHING)("%s", (full) => {
  const [module, name] = split(full);

  test.each(WAYS)("by %s is malicious", (_, make) => {
    const report = scanBytes(make(module, name));
    expect(report.admitted).toBe(false);
    expect(report.verdict).toBe("malicious");
  });
});

describe("functools.partial", () => {
  // Listed with a contract: pure functions only, and the result is never called by the file itself.
  test.each(WAYS.filter(([way]) => way !== "imported and dropped"))(
    "by %s breaks its contract",
    (_, make) => {
      expect(scanBytes(make("functools", "partial"))).toMatchObject({
        verdict: "unanalyzable",
        admitted: false,
      });
    },
  );
});

describe("tricks of form", () => {
  test.each([
    ["a getattr chain", pickles.byGetattr()],
    ["a pickle in the bytes of a pickle", pickles.nested(pickles.byGlobal("os", "system"))],
    ["a changed sys.modules", pickles.patchedModules()],
    ["a changed class", pickles.patchedClass("sklearn.linear_model._logistic", "LogisticRegression")],
    ["a dotted climb through a listed module", pickles.byStackGlobal("sklearn.base", "os.system")],
    [
      "a climb through __globals__",
      pickles.byStackGlobal("sklearn.base", "BaseEstimator.__init__.__globals__"),
    ],
  ])("%s is malicious", (_, bytes) => {
    expect(scanBytes(bytes)).toMatchObject({ verdict: "malicious", admitted: false });
  });

  test.each([
    ["an extension code", pickles.byExtension()],
    ["an unknown class", pickles.byGlobal("mypackage.model", "Scaler")],
    ["a name with another case", pickles.byGlobal("numpy.core.multiarray", "_Reconstruct")],
    ["a name with a space", pickles.byGlobal("numpy.core.multiarray ", "_reconstruct")],
    ["a submodule of a listed name", pickles.byStackGlobal("numpy.core.multiarray._reconstruct", "x")],
    ["random bytes", Uint8Array.from({ length: 200 }, (_, index) => (index * 89 + 131) % 256)],
    ["a 7z archive", Uint8Array.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4, 1, 2, 3, 4])],
    ["a RAR archive", Buffer.from("Rar!\x1a\x07\x01\x00", "latin1")],
    ["an ELF", Buffer.from("\x7fELF\x02\x01\x01\x00", "latin1")],
  ])("%s is not admitted", (_, bytes) => {
    expect(scanBytes(bytes)).toMatchObject({
      verdict: expect.stringMatching(/unanalyzable|malicious/u),
      admitted: false,
    });
  });
});

describe("wrappings", () => {
  const payload = pickles.byStackGlobal("os", "system");

  test.each([
    ["gzip", gzipSync(payload)],
    ["zstd", zstdCompressSync(payload)],
    ["gzip in gzip", gzipSync(gzipSync(payload))],
  ])("%s does not hide it", (_, bytes) => {
    expect(scanBytes(bytes).admitted).toBe(false);
  });

  test("raw deflate is no format anybody would guess", () => {
    expect(scanBytes(deflateRawSync(payload)).admitted).toBe(false);
  });

  test.each(["model.txt", "weights.npy", "README.md", "image.png", "data.csv", ".pkl", ""])(
    "the name %j changes nothing",
    (name) => {
      expect(scanBytes(payload, { name }).verdict).toBe("malicious");
      expect(scanBytes(pickles.byGlobal("os", "system"), { name }).verdict).toBe("malicious");
    },
  );

  test.each([
    ["text before", Buffer.concat([Buffer.from("# notes\n"), payload])],
    ["a PNG's magic before", Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), payload])],
    ["an empty zip after", Buffer.concat([payload, Buffer.from(`PK\x05\x06${"\0".repeat(18)}`, "latin1")])],
    ["JSON after", Buffer.concat([pickles.byGlobal("os", "system"), Buffer.from('{"a": 1}')])],
  ])("%s does not admit it", (_, bytes) => {
    expect(scanBytes(bytes).admitted).toBe(false);
  });
});
