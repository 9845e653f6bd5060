"""A worker that is alone in its container: frames over standard input and output, prints to standard error.

The engine has made the namespaces. Before anything of the model is touched the worker takes its limits and the same
filter of kernel calls as in bubblewrap's cage, and looks whether all of that holds. See docs/sandbox.md.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import _modelkeep_cage as cage  # noqa: E402
import _modelkeep_worker as worker  # noqa: E402
from _modelkeep_wire import log, read_frame  # noqa: E402

sys.path.pop(0)

ANSWERS, REQUESTS = 3, 4
NOT_SHUT = 70


def verify():
    faults = {
        **cage.common_faults(),
        "root": os.getuid() == 0 or os.geteuid() == 0,
        "kernel settings": os.listdir("/sys/fs/cgroup"),
    }
    cage.require_none(faults)


def shut():
    os.umask(0o077)
    os.dup2(0, REQUESTS)
    os.dup2(1, ANSWERS)
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)  # what a model prints never carries frames
    os.closerange(REQUESTS + 1, 1 << 16)
    setup, _ = read_frame(REQUESTS)
    os.chdir(cage.SCRATCH)
    worker.set_limits(setup["limits"], processes=False)
    cage.take_filter(bytes.fromhex(setup["filter"]))
    verify()
    os.close(os.open(cage.SCRATCH + "/.w", os.O_CREAT | os.O_WRONLY, 0o600))
    os.remove(cage.SCRATCH + "/.w")
    return setup


def main():
    try:
        setup = shut()
    except BaseException as error:
        log("the container could not be shut: " + str(error))
        os._exit(NOT_SHUT)
    if setup["site"]:
        import site

        site.main()
    worker.serve(REQUESTS, ANSWERS)


main()
