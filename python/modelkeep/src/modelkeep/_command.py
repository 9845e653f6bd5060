"""The ``modelkeep`` command as a child process that answers over its standard input and output."""

from __future__ import annotations

import collections
import json
import logging
import os
import selectors
import shlex
import shutil
import struct
import subprocess
import threading
import time
from typing import Any, Deque, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from ._errors import (
    ModelkeepAnswerMalformed,
    ModelkeepCommandFailed,
    ModelkeepCommandMissing,
    ModelkeepInvalidInput,
    error_of,
    printable,
)

PROTOCOL = 1
MAX_FRAME = 1 << 30
_PIECE = 1 << 20
_LOG = logging.getLogger("modelkeep")

Answer = Tuple[Dict[str, Any], memoryview]


def find_command(command: Union[str, Sequence[str], None] = None) -> List[str]:
    """The words that start ``modelkeep``: the argument, else ``MODELKEEP_COMMAND``, else what ``PATH`` has.

    ``npx`` is used only when somebody says so (``MODELKEEP_COMMAND="npx modelkeep"``): it may fetch what it runs.
    """
    chosen = command if command is not None else os.environ.get("MODELKEEP_COMMAND") or None
    if chosen is not None:
        words = shlex.split(chosen) if isinstance(chosen, str) else list(chosen)
        if words and shutil.which(words[0]):
            return words
        raise ModelkeepCommandMissing(
            "the modelkeep command %s is not there or cannot be run: correct MODELKEEP_COMMAND" % shlex.join(words)
        )
    found = shutil.which("modelkeep")
    # A relative entry of PATH leads to whatever lies in the working folder.
    if found is None or not os.path.isabs(found):
        beside = _of_checkout()
        if beside is not None:
            return [beside]
        raise ModelkeepCommandMissing(
            "there is no modelkeep command to judge the model, so it is not loaded: "
            "put modelkeep on PATH, or name it in MODELKEEP_COMMAND"
        )
    return [found]


def _of_checkout() -> Optional[str]:
    """The command of the checkout whose ``python/modelkeep/src`` this file lies in: as trustworthy as this file."""
    here = os.path.abspath(__file__)
    source = os.path.join("python", "modelkeep", "src", "modelkeep", os.path.basename(here))
    command = os.path.join(here[: -len(source)], "packages", "modelkeep", "bin", "modelkeep")
    return command if here.endswith(os.sep + source) and os.access(command, os.X_OK) else None


def child_environment(tracking_uri: Optional[str]) -> Dict[str, str]:
    """MLflow's variables as they are; ``MODELKEEP_GATEWAY`` and its token where MLflow's say no server."""
    environment = dict(os.environ)
    if tracking_uri is not None:
        environment["MLFLOW_TRACKING_URI"] = tracking_uri
    if not environment.get("MLFLOW_TRACKING_URI") and environment.get("MODELKEEP_GATEWAY"):
        environment["MLFLOW_TRACKING_URI"] = environment["MODELKEEP_GATEWAY"]
        if environment.get("MODELKEEP_TOKEN"):
            environment["MLFLOW_TRACKING_TOKEN"] = environment["MODELKEEP_TOKEN"]
    return environment


class Command:
    """One child. A lock lets threads share it; after any fault it is killed, and answers nothing any more.

    It ends when nobody holds it any more: the loader that started it, and every model that it loaded.
    """

    def __init__(
        self,
        command: Union[str, Sequence[str], None] = None,
        tracking_uri: Optional[str] = None,
        options: Sequence[str] = (),
        start_timeout: float = 60,
    ) -> None:
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._asked = 0
        self._holders = 1
        self._holding = threading.RLock()
        self._forgotten: Deque[int] = collections.deque()
        self._said: Deque[str] = collections.deque(maxlen=20)
        words = find_command(command) + ["stdio"] + list(options)
        try:
            # A session of its own: Ctrl-C is for this program, which ends the child by closing its input.
            self._child = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=child_environment(tracking_uri),
                start_new_session=True,
            )
        except OSError as cause:
            raise ModelkeepCommandMissing("the modelkeep command cannot be started: %s" % cause) from cause
        assert self._child.stdin and self._child.stdout
        self._input = self._child.stdin.fileno()
        self._output = self._child.stdout.fileno()
        os.set_blocking(self._input, False)
        os.set_blocking(self._output, False)
        self._drain = threading.Thread(target=self._log, daemon=True)
        self._drain.start()
        self._broken: Optional[str] = None
        try:
            self._greet(start_timeout)
        except BaseException:
            self.kill()
            raise

    def _greet(self, timeout: float) -> None:
        hello, _ = self.ask({"op": "hello"}, timeout=timeout)
        #: whether the command has a tracking server that it can ask
        self.tracking = hello.get("tracking") is True
        if hello.get("protocol") != PROTOCOL:
            raise ModelkeepAnswerMalformed(
                "the modelkeep command speaks protocol %r, this client %d: install versions that fit"
                % (hello.get("protocol"), PROTOCOL)
            )

    @property
    def usable(self) -> bool:
        """Whether it may still be asked, by this process."""
        return self._broken is None and self._pid == os.getpid()

    def ask(self, request: Mapping[str, Any], parts: Sequence[bytes] = (), timeout: float = 600) -> Answer:
        """One request and its answer: the ``ok`` of it, and the bytes that it points into.

        :raises ModelkeepError: what the command answered; or that it ended, hung, or answered nonsense
        """
        if os.getpid() != self._pid:
            raise ModelkeepCommandFailed(
                "this model was loaded before the process was forked: load it in each process, after the fork"
            )
        with self._lock:
            if self._broken is not None:
                raise ModelkeepCommandFailed("the modelkeep command is not there any more: %s" % self._broken)
            try:
                while self._forgotten:
                    self._turn({"op": "release", "model": self._forgotten.popleft()}, (), timeout)
                return self._turn(request, parts, timeout)
            except (ModelkeepCommandFailed, ModelkeepAnswerMalformed) as fault:
                # What follows on the pipe cannot be trusted to belong to what is asked next.
                self._broken = str(fault)
                self.kill()
                raise
            except BaseException as interruption:
                if not isinstance(interruption, Exception):
                    self._broken = "a request was interrupted"
                    self.kill()
                raise

    def _turn(self, request: Mapping[str, Any], parts: Sequence[bytes], timeout: float) -> Answer:
        self._asked += 1
        frame = _frame({**request, "id": self._asked}, parts)
        return self._checked(self._exchange(frame, time.monotonic() + timeout))

    def _exchange(self, frame: List[memoryview], deadline: float) -> bytes:
        incoming = _Incoming()
        with selectors.DefaultSelector() as selector:
            selector.register(self._input, selectors.EVENT_WRITE)
            selector.register(self._output, selectors.EVENT_READ)
            while True:
                left = deadline - time.monotonic()
                events = selector.select(left) if left > 0 else []
                if not events:
                    raise ModelkeepCommandFailed("the modelkeep command did not answer in time")
                for key, _ in events:
                    if key.fd == self._input:
                        if not self._send(frame):
                            selector.unregister(self._input)
                    elif incoming.take(self._receive()):
                        if frame:
                            raise ModelkeepAnswerMalformed("the modelkeep command answered before it was asked")
                        return incoming.body()

    def _send(self, frame: List[memoryview]) -> bool:
        """Whether there is more to send."""
        try:
            while frame:
                sent = os.write(self._input, frame[0][:_PIECE])
                frame[0] = frame[0][sent:]
                if not frame[0]:
                    frame.pop(0)
        except BlockingIOError:
            return True
        except OSError:
            raise self._ended() from None
        return False

    def _receive(self) -> bytes:
        try:
            piece = os.read(self._output, _PIECE)
        except BlockingIOError:
            return b""
        if not piece:
            raise self._ended()
        return piece

    def _ended(self) -> ModelkeepCommandFailed:
        try:
            code: Any = self._child.wait(5)
        except subprocess.TimeoutExpired:
            code = None
        self._drain.join(1)
        last = self._said[-1] if self._said else "it said nothing"
        how = "closed its output" if code is None else "ended with code %s" % code
        return ModelkeepCommandFailed("the modelkeep command %s before it answered: %s" % (how, last))

    def _checked(self, body: bytes) -> Answer:
        size = struct.unpack(">I", body[:4])[0]
        try:
            message = json.loads(body[4 : 4 + size].decode("utf-8"), parse_constant=_no_constant)
        except (ValueError, RecursionError) as cause:
            raise ModelkeepAnswerMalformed("the modelkeep command answered what is no JSON") from cause
        if not isinstance(message, dict) or message.get("id") != self._asked or type(message["id"]) is not int:
            raise ModelkeepAnswerMalformed("the modelkeep command answered another request than was sent")
        ok, error = message.get("ok"), message.get("error")
        if isinstance(ok, dict) and error is None:
            return ok, memoryview(body)[4 + size :]
        if ok is None and isinstance(error, dict):
            code, text = error.get("code"), error.get("message")
            if isinstance(code, str) and isinstance(text, str):
                raise error_of(code, text)
        raise ModelkeepAnswerMalformed("the modelkeep command answered neither a result nor an error")

    def _log(self) -> None:
        assert self._child.stderr
        for raw in self._child.stderr:
            line = printable(raw.decode("utf-8", "replace").strip())
            if line:
                self._said.append(line)
                _LOG.info("%s", line)

    def hold(self) -> None:
        """One more needs it: it does not end before ``let_go``."""
        with self._holding:
            self._holders += 1

    def let_go(self, model: Optional[int] = None) -> None:
        """One fewer needs it. Nothing is asked here, for it may be the garbage collector that calls: a model's number is
        released with the next request."""
        with self._holding:
            self._holders -= 1
            last = self._holders <= 0
        if last:
            self.close()
        elif model is not None:
            self._forgotten.append(model)

    def close(self) -> None:
        """Ends the child by closing its input: it removes its private folders and cages, and goes."""
        self._end("it was closed", 15)

    def kill(self) -> None:
        """Ends a child that cannot be trusted to go by itself. The next one removes what it leaves behind."""
        self._end("it was ended", 1)

    def _end(self, why: str, patience: float) -> None:
        if self._broken is None:
            self._broken = why
        if os.getpid() != self._pid or self._child.stdout is None or self._child.stdout.closed:
            return
        assert self._child.stdin and self._child.stderr
        self._child.stdin.close()
        for more in (self._child.terminate, self._child.kill, None):
            try:
                self._child.wait(patience)
                break
            except subprocess.TimeoutExpired:
                patience = 2
                if more is not None:
                    more()
        self._drain.join(1)
        self._child.stdout.close()
        if not self._drain.is_alive():
            self._child.stderr.close()


class _Incoming:
    """Puts one frame together. Nothing is reserved before it has come."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._length: Optional[int] = None

    def take(self, piece: bytes) -> bool:
        """Whether the frame is whole."""
        self._held += piece
        if self._length is None and len(self._held) >= 8:
            length, text = struct.unpack(">II", self._held[:8])
            if length > MAX_FRAME or length < 4 or text > length - 4:
                raise ModelkeepAnswerMalformed("the modelkeep command answered what is no frame of its protocol")
            self._length = length + 4
        if self._length is not None and len(self._held) > self._length:
            raise ModelkeepAnswerMalformed("the modelkeep command answered more than it announced")
        return self._length is not None and len(self._held) == self._length

    def body(self) -> bytes:
        return bytes(memoryview(self._held)[4:])


def _frame(message: Mapping[str, Any], parts: Sequence[bytes]) -> List[memoryview]:
    text = json.dumps(message, allow_nan=False).encode("utf-8")
    length = 4 + len(text) + sum(len(part) for part in parts)
    if length > MAX_FRAME:
        raise ModelkeepInvalidInput("the request has %d bytes, more than %d: send less at once" % (length, MAX_FRAME))
    head = struct.pack(">II", length, len(text)) + text
    return [memoryview(piece).cast("B") for piece in (head, *parts) if len(piece)]


def _no_constant(name: str) -> None:
    raise ValueError(name)
