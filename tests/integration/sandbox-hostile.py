"""Makes a MLflow model folder whose pickle tries hostile actions one after the other and tells what each one got.

Usage: python sandbox-hostile.py FOLDER '{"action": "argument", ...}'. The loaded pickle raises a RuntimeError whose
message is JSON: for each action `got: ...` or the error. Payloads read and report; they change nothing that stays.
"""

import json
import os
import pickle
import sys

ACTIONS = {
    "network": "import socket; s = socket.create_connection(('127.0.0.1', int(arg)), 3); s.sendall(b'x'); got('connected')",
    "file": "got(open(arg).read()[:20])",
    "shadow": "got(open('/etc/shadow').read()[:4])",
    "home": "got(str(os.listdir(arg)))",
    "environment": "got(os.environ[arg])",
    "processes": "got(str([p for p in os.listdir('/proc') if p.isdigit()][:1][0]))",
    "fork": "pid = os.fork()\nif pid == 0: os._exit(0)\nos.waitpid(pid, 0); got('forked')",
    "shell": "import subprocess; got(subprocess.run(['/bin/echo', 'hi'], capture_output=True, text=True).stdout)",
    "ptrace": "import ctypes; c = ctypes.CDLL(None, use_errno=True); assert c.ptrace(0, 0, 0, 0) == 0; got('traced')",
    "keyring": "import ctypes; c = ctypes.CDLL(None, use_errno=True); k = c.syscall(250, 0, -3, 1); assert k > 0; got('key')",
    "unshare": "import ctypes; c = ctypes.CDLL(None, use_errno=True)\nif c.unshare(0x20000) != 0: raise OSError(ctypes.get_errno(), 'unshare')\ngot('unshared')",
    "memory": "x = bytearray(6 << 30); got('grew')",
    "output": "for _ in range(int(arg)): sys.stderr.write('x' * 65536)\ngot('flooded')",
    "hang": "import time; time.sleep(int(arg)); got('slept')",
    "threads": "import threading, time\nfor _ in range(100): threading.Thread(target=time.sleep, args=(int(arg),), daemon=True).start()\ntime.sleep(int(arg)); got('threads')",
    "fill": "f = open('big', 'wb')\nfor _ in range(200): f.write(b'x' * (1 << 20))\nf.close(); os.remove('big'); got('filled')",
    "overwrite": "open(os.path.join(os.environ.get('MODEL_FOLDER', '/model'), 'extra'), 'w').write('x'); got('wrote')",
    "forge": "os.write(1, b'\\0\\0\\0\\2{}'); got('printed')",
    "exit": "os._exit(7)",
}

CODE = """
import json, os, sys
report = {{}}
for name, (source, arg) in {actions!r}.items():
    def got(what): report[name] = 'got: ' + str(what)
    try:
        exec(source, {{'os': os, 'sys': sys, 'arg': arg, 'got': got}})
    except BaseException as error:
        report[name] = type(error).__name__ + ': ' + str(error)[:100]
raise RuntimeError(json.dumps(report))
"""

MLMODEL = """flavors:
  python_function:
    env: {{}}
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: {version}
  sklearn:
    pickled_model: model.pkl
    serialization_format: pickle
"""


class Hostile:
    def __init__(self, code):
        self.code = code

    def __reduce__(self):
        return exec, (self.code, {})


def main():
    folder, wanted = sys.argv[1], json.loads(sys.argv[2])
    os.makedirs(folder)
    code = CODE.format(actions={name: (ACTIONS[name], argument) for name, argument in wanted.items()})
    with open(os.path.join(folder, "model.pkl"), "wb") as file:
        pickle.dump(Hostile(code), file)
    with open(os.path.join(folder, "MLmodel"), "w") as file:
        file.write(MLMODEL.format(version=".".join(map(str, sys.version_info[:3]))))


main()
