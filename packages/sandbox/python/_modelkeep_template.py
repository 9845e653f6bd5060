"""The process that workers are forked from: it has imported the libraries once, and never sees a model.

It is the first process of bubblewrap's namespaces. Orders come on descriptor 3, word goes back on descriptor 4, both as
frames. `fork` makes a worker in a process namespace of its own and shuts it in (see _modelkeep_cage.py), `kill` ends one.
When the interpreter's packages are a model's own they are not trusted: nothing of them is imported here, nor is `site`
(whose .pth files are code); each worker imports them in its cage.
"""

import gc
import os
import select
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import _modelkeep_cage as cage
import _modelkeep_worker as worker
from _modelkeep_wire import log, read_frame, write_frame

sys.path.pop(0)

ORDERS, WORD = 3, 4
NOT_SHUT = 70
# The same number on every architecture; Python has os.pidfd_open since 3.9.
PIDFD_OPEN = 434


def preload(names):
    for name in names:
        # What the environment lacks is told when the model needs it.
        try:
            __import__(name)
        except ImportError as error:
            log("not preloaded: " + str(error))
    gc.collect()
    # Nothing that is there now is ever looked at again: the pages stay shared with the workers.
    gc.freeze()


def run(request):
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        frames = cage.shut(request, worker.set_limits)
    except BaseException as error:
        log("the cage could not be shut: " + str(error))
        os._exit(NOT_SHUT)
    try:
        if sys.flags.no_site:
            import site

            site.main()
        worker.reseed()
        worker.serve(frames, frames)
    finally:
        os._exit(1)


def ending(status):
    """The exit code, or the number of the signal below zero."""
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


class Template:
    def __init__(self):
        # Forked workers get process namespaces of their own; this descriptor leads back to ours.
        self.own = cage.LIBC.syscall(PIDFD_OPEN, os.getpid(), 0)
        self.workers = {}
        self.poll = select.poll()
        self.poll.register(ORDERS, select.POLLIN)

    def fork(self, request):
        cage.check(cage.LIBC.unshare(cage.CLONE_NEWPID), "unshare pid")
        pid = os.fork()
        if pid == 0:
            run(request)
        cage.check(cage.LIBC.setns(self.own, cage.CLONE_NEWPID), "setns")
        self.workers[pid] = request["id"]
        write_frame(WORD, {"id": request["id"], "forked": pid})

    def kill(self, request):
        for pid, identity in self.workers.items():
            if identity == request["id"]:
                os.kill(pid, signal.SIGKILL)

    def reap(self):
        while self.workers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            identity = self.workers.pop(pid, None)
            if identity is not None:
                write_frame(WORD, {"id": identity, "ended": ending(status)})

    def serve(self):
        # A child's end interrupts poll through this pipe.
        wake, signal_end = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(signal_end)
        self.poll.register(wake, select.POLLIN)
        while True:
            ready = [descriptor for descriptor, _ in self.poll.poll()]
            if wake in ready:
                os.read(wake, 4096)
            self.reap()
            if ORDERS in ready:
                request, _ = read_frame(ORDERS)
                {"fork": self.fork, "kill": self.kill}[request["op"]](request)


def main():
    first, _ = read_frame(ORDERS)
    preload(first["preload"])
    write_frame(WORD, {"id": first["id"], "ready": True})
    Template().serve()


main()
