"""Runs commands side by side and prints wall and CPU time of each run as JSON.

Input (stdin): {"rounds": n, "commands": [[argv…], …]}. Output: one list per command of [wall, cpu] in seconds.
CPU is user plus system time of the whole process tree. Rounds interleave the commands, so that a machine that
gets slower slows all of them.
"""

import json
import os
import resource
import subprocess
import sys
import time

request = json.load(sys.stdin)
results = [[] for _ in request["commands"]]


def cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


for round_number in range(request["rounds"] + 1):
    for index, command in enumerate(request["commands"]):
        before, started = cpu(), time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ)
        wall, spent = time.perf_counter() - started, cpu() - before
        # Both scanners exit 0 or 1; anything else did not do the work.
        if done.returncode not in (0, 1):
            sys.exit(f"{command[0]} exited {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")
        # The first round warms caches of files and compiled code, for everybody.
        if round_number > 0:
            results[index].append([wall, spent])

json.dump(results, sys.stdout)
