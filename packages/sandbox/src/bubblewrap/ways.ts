import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeOwnFolder } from "./own-folder.ts";

/** Hexadecimal digits of a token; one letter before them says which of the two ways it is. */
const TOKEN_LENGTH = 32;
const HELLO_LENGTH = 1 + TOKEN_LENGTH;
/** `sun_path` of a socket's address, less its end. */
const MAX_SOCKET_PATH = 107;

/** What a worker connects before a model is near. */
export interface TwoWays {
  readonly frames: Socket;
  readonly output: Socket;
}

interface Expected {
  readonly sockets: Map<string, Socket>;
  readonly resolve: (ways: TwoWays) => void;
}

/** Takes the connections of new workers; each shows the token that it was forked with. */
export class Ways implements AsyncDisposable {
  readonly folder: string;
  readonly #server: Server;
  readonly #expected = new Map<string, Expected>();
  readonly #forget: () => void;

  private constructor(folder: string, server: Server) {
    this.folder = folder;
    this.#server = server;
    const atExit = (): void => rmSync(folder, { recursive: true, force: true });
    process.once("exit", atExit);
    this.#forget = () => process.off("exit", atExit);
    server.on("connection", (socket) => this.#greet(socket));
    server.unref();
  }

  static async open(): Promise<Ways> {
    const folder = await makeOwnFolder(shortEnough(tmpdir()), "modelkeep-ways");
    const server = createServer().listen(join(folder, "socket"));
    await once(server, "listening");
    return new Ways(folder, server);
  }

  /** Expects one worker. `cancel` when it will not come. */
  expect(): { readonly token: string; readonly ways: Promise<TwoWays>; readonly cancel: () => void } {
    const token = randomBytes(TOKEN_LENGTH / 2).toString("hex");
    const { promise, resolve } = Promise.withResolvers<TwoWays>();
    this.#expected.set(token, { sockets: new Map(), resolve });
    return { token, ways: promise, cancel: () => this.#expected.delete(token) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#forget();
    this.#server.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  #greet(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    const read = (): void => {
      const hello: unknown = socket.read(HELLO_LENGTH);
      if (hello === null) return;
      socket.off("readable", read);
      if (hello instanceof Buffer) this.#sort(socket, hello.toString("latin1"));
    };
    socket.on("readable", read);
  }

  #sort(socket: Socket, hello: string): void {
    const token = hello.slice(1);
    const expected = this.#expected.get(token);
    if (expected === undefined) return void socket.destroy();
    expected.sockets.set(hello.slice(0, 1), socket);
    const [frames, output] = [expected.sockets.get("F"), expected.sockets.get("O")];
    if (frames === undefined || output === undefined) return;
    this.#expected.delete(token);
    expected.resolve({ frames, output });
  }
}

function shortEnough(folder: string): string {
  return folder.length + "/modelkeep-ways-4194304-XXXXXX/socket".length <= MAX_SOCKET_PATH ? folder : "/tmp";
}
