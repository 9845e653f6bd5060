"""A worker that is alone in its container: frames over standard input and output, prints to standard error."""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from _modelkeep_worker import serve, set_limits  # noqa: E402


def main():
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)  # what a model prints never carries frames
    set_limits(json.loads(sys.argv[1]))
    serve(requests, answers)


main()
