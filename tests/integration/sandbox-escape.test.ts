import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type DriverChoice, SandboxedModel, type SandboxLimits } from "@modelkeep/sandbox";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testPython } from "./model-io-server.ts";
import { sandboxesToTest } from "./sandbox-drivers.ts";

// Each payload is run twice: as MLflow would load it, in a throw-away folder, where it gets what it wants; then in the
// cage, where it gets nothing. The first run proves that the second proves something.

const run = promisify(execFile);
const SECRET = "a-secret-of-the-host";
/** Named by whoever has the time: npm run sandbox:containers. */
const ALL_IN_CONTAINERS = process.env["MODELKEEP_TEST_CONTAINERS"] !== undefined;
const SANDBOXES = sandboxesToTest();
const LIMITS: Partial<SandboxLimits> = {
  memoryBytes: 3 * 2 ** 30,
  requestMilliseconds: 20_000,
  outputBytes: 2 ** 20,
  threads: 32,
};
let folder: string;
let listener: Server;
const ABSTRACT = `modelkeep-escape-${process.pid}`;
const unixListeners: Server[] = [];
let connections = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "escape-"));
  await writeFile(join(folder, "host-file"), SECRET);
  listener = createServer((socket) => {
    connections++;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  for (const address of [join(folder, "host.sock"), `\0${ABSTRACT}`]) {
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    }).listen(address);
    await once(server, "listening");
    unixListeners.push(server);
  }
});

afterAll(async () => {
  for (const server of [listener, ...unixListeners]) server.close();
  await rm(folder, { recursive: true });
});

let made = 0;

async function hostileModel(actions: Readonly<Record<string, string>>): Promise<string> {
  const model = join(folder, `model-${made++}`);
  await run(testPython(), [join(import.meta.dirname, "sandbox-hostile.py"), model, JSON.stringify(actions)]);
  return model;
}

/** What plain `pickle.load` does with it, in a throw-away folder: the message of the error that tells. */
async function loadPlainly(model: string): Promise<string> {
  const place = join(folder, `plain-${made++}`);
  await mkdir(place);
  const load =
    "import pickle, sys\ntry: pickle.load(open(sys.argv[1], 'rb'))\nexcept RuntimeError as e: open('told', 'w').write(str(e))";
  const env = { ...process.env, HOST_SECRET: SECRET, MODEL_FOLDER: model };
  await run(testPython(), ["-c", load, join(model, "model.pkl")], { cwd: place, env, maxBuffer: 2 ** 28 });
  return await readFile(join(place, "told"), "utf8");
}

async function loadCaged(
  model: string,
  driver: DriverChoice = {},
  limits: Partial<SandboxLimits> = LIMITS,
): Promise<string> {
  process.env["HOST_SECRET"] = SECRET;
  try {
    const loaded = await SandboxedModel.load({ python: testPython(), modelFolder: model, driver, limits });
    await loaded[Symbol.asyncDispose]();
    return "loaded";
  } catch (error) {
    return error instanceof Error && "code" in error
      ? `${String(error.code)}: ${error.message}`
      : String(error);
  } finally {
    delete process.env["HOST_SECRET"];
  }
}

function told(text: string): Readonly<Record<string, string>> {
  return JSON.parse(text.slice(text.indexOf("{"))) as Readonly<Record<string, string>>;
}

/** Actions that succeed outside for any user; the rest needs rights that the tests may not have. */
const OUTSIDE = [
  "network",
  "file",
  "home",
  "environment",
  "processes",
  "fork",
  "shell",
  "ptrace",
  "fill",
  "overwrite",
  "udp",
  "unix",
  "abstract",
  "netlink",
  "socketpair",
  "parent",
  "processes2",
  "vmread",
  "procmem",
  "programs",
  "exec",
  "devices",
  "chmodmodel",
  "linkmodel",
  "memfd",
  "pidfd",
  "shm",
  "personality",
];

/** Inside they must fail too; outside they need rights, hardware or a kernel that not every machine has. */
const ALSO = [
  ...[
    "vsock",
    "packet",
    "peer",
    "smuggle",
    "inherited",
    "everyone",
    "procroot",
    "sysrq",
    "cgroups",
    "setuid",
  ],
  ...[
    "mknod",
    "others",
    "inodes",
    "mount",
    "userns",
    "bpf",
    "perf",
    "iouring",
    "userfaultfd",
    "addkey",
    "setns",
  ],
  ...["pivot", "fsopen", "fanotify", "msg", "seccomp", "modify_ldt"],
];

describe.each(SANDBOXES)("in $name", ({ driver, missing }) => {
  const gvisor = driver.runtime === "runsc";
  const contained = driver.driver !== undefined && driver.driver !== "bubblewrap";
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  test("a hostile model gets nothing in the cage of all that it gets outside", async () => {
    const { port } = listener.address() as { port: number };
    const actions = {
      network: String(port),
      file: join(folder, "host-file"),
      home: folder,
      environment: "HOST_SECRET",
      processes: "",
      fork: "",
      shell: "",
      keyring: "",
      unshare: "",
      shadow: "",
      fill: "",
      overwrite: "",
      forge: "",
      ...Object.fromEntries([...OUTSIDE.slice(10), ...ALSO].map((name) => [name, ""])),
      // Containers have two descriptors for frames, and the devices of every OCI runtime, which lead nowhere.
      inherited: contained ? "5" : "4",
      devices: contained
        ? "core fd full fuse mqueue ptmx pts stderr stdin stdout tty" + (gvisor ? " net shm" : "")
        : "",
      udp: String(port),
      unix: join(folder, "host.sock"),
      abstract: ABSTRACT,
      // The last one: whoever is traced stops at the next signal.
      ptrace: "",
    };
    // Outside, in a folder to throw away, only what needs no rights and leaves nothing.
    const plain = await hostileModel(
      Object.fromEntries(Object.entries(actions).filter(([name]) => OUTSIDE.includes(name))),
    );
    const atFirst = connections;
    const outside = told(await loadPlainly(plain));
    const before = connections;
    expect(before - atFirst).toBe(3);
    for (const action of OUTSIDE)
      expect([action, outside[action]]).toEqual([action, expect.stringMatching(/^got: /u)]);
    expect(outside["file"]).toContain(SECRET.slice(0, 20));
    expect((await readdir(plain)).sort()).toEqual(["MLmodel", "extra", "linked", "model.pkl"]);

    const model = await hostileModel(actions);
    const answer = await loadCaged(model, driver);
    expect(answer).toMatch(/^model-error: /u);
    expect(answer).not.toContain(SECRET.slice(0, 8));
    const inside = told(answer);
    expect(Object.keys(inside).sort()).toEqual(Object.keys(actions).sort());
    // Podman and gVisor have no limit for the number of files; they count as memory there.
    const unlimited = driver.driver === "podman" || gvisor ? ["inodes"] : [];
    // Printing is allowed; what is printed is no frame, or this answer would not be here.
    const allowed = new Set(["forge", ...unlimited]);
    const gained = Object.entries(inside).filter(
      ([action, what]) => !allowed.has(action) && what.startsWith("got:"),
    );
    expect(gained).toEqual([]);
    expect(connections).toBe(before);
    expect((await readdir(model)).sort()).toEqual(["MLmodel", "model.pkl"]);
  });

  describe("a model that breaks a limit is ended and answered with a typed error", () => {
    type Case = [action: string, argument: string, limits: Partial<SandboxLimits>, inside: RegExp];
    const cases: Case[] = [
      ["memory", "", {}, /MemoryError/u],
      ["output", "64", {}, /exceeded: .*output/u],
      ["hang", "600", { startMilliseconds: 5_000 }, /timed-out/u],
      ["threads", "30", {}, /exceeded: .*threads|can't start new thread/u],
      ["exit", "", {}, /died/u],
      ["wrongid", "", {}, /protocol: .*nobody asked/u],
      ["hugeframe", "", {}, /exceeded: .*4294967295 bytes/u],
      ["nojson", "", {}, /protocol: .*no JSON/u],
    ];
    // gVisor counts no threads: they end with the time that a request has.
    const counted = cases.filter(([action]) => !(gvisor && action === "threads"));
    // What the engine does itself; the rest is the same code for all, and each container imports MLflow anew.
    const ofEngine = cases.filter(([action]) => ["memory", "threads"].includes(action));
    test.each(contained && !ALL_IN_CONTAINERS ? ofEngine : counted)(
      "%s",
      async (action, argument, limits, inside) => {
        const model = await hostileModel({ [action]: argument });
        const answer = await loadCaged(model, driver, { ...LIMITS, ...limits });
        expect(answer).toMatch(inside);
        expect(answer).not.toContain("got:");
      },
    );
  });

  test("nothing that one load leaves is there for the next, of the same model or another", async () => {
    const leave = "open('/scratch/left', 'x').close(); import mlflow; mlflow.left = 1; got('left')";
    const look =
      "import mlflow; assert os.path.exists('/scratch/left') or hasattr(mlflow, 'left'), 'nothing'; got('found')";
    const [first, second] = [await hostileModel({ code: leave }), await hostileModel({ code: look })];
    for (const model of contained ? [first] : [first, first])
      expect(told(await loadCaged(model, driver))["code"]).toMatch(/^got: left/u);
    expect(told(await loadCaged(second, driver))["code"]).toBe("AssertionError: nothing");
  });
});

test("a machine without bubblewrap is told so", async () => {
  const loading = SandboxedModel.load({
    python: testPython(),
    modelFolder: folder,
    bubblewrap: "/nowhere/bwrap",
  });
  await expect(loading).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("install"),
  });
});

test("a Python that is none is told so", async () => {
  const loading = SandboxedModel.load({ python: "/nowhere/python", modelFolder: folder });
  await expect(loading).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("npm start"),
  });
});
