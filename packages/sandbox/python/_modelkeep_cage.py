"""Shuts a forked worker into a cage of its own. Runs after the fork and before anything of a model is touched.

The template that was forked lives in bubblewrap's namespaces and owns CAP_SYS_ADMIN in them. The worker makes mount,
network, IPC, UTS, cgroup and user namespaces of its own (its process namespace was made for the fork), sees one model,
read-only, and one small folder to write to, gives all rights up, and takes the seccomp filter. Then it looks whether all
of that is so. See docs/sandbox.md.
"""

import ctypes
import os
import socket

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x02000000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND = 1, 2, 4, 8, 32, 4096
MS_REC, MS_PRIVATE, MNT_DETACH = 1 << 14, 1 << 18, 2
PR_SET_DUMPABLE, PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_SET_SECUREBITS = 4, 23, 24, 28
PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS, PR_GET_SECCOMP, PR_SET_SECCOMP, PR_CAP_AMBIENT = 38, 39, 21, 22, 47
SECCOMP_MODE_FILTER, PR_CAP_AMBIENT_CLEAR_ALL = 2, 4
# Every secure bit, locked: user id 0 means nothing.
SECUREBITS = 0xFF
CAPABILITY_VERSION = 0x20080522
MAX_INODES = 4096

FRAMES = 3
SLOTS = "/slots"
WAYS = "/ways"
MODEL = "/model"
SCRATCH = "/scratch"


def check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, what + ": " + os.strerror(number))


def mount(source, target, kind, flags, options=None):
    text = [None if one is None else os.fsencode(one) for one in (source, target, kind)]
    check(LIBC.mount(*text, ctypes.c_ulong(flags), options), "mount " + str(target))


def prctl(option, *arguments):
    words = [ctypes.c_ulong(one) for one in (*arguments, 0, 0, 0, 0)[:4]]
    return LIBC.prctl(option, *words)


class Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class Capabilities(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def separate():
    check(LIBC.unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWCGROUP), "unshare")
    mount(None, "/", None, MS_REC | MS_PRIVATE)


def show(slot, scratch_bytes):
    """One model, read-only, and a folder to write to that has a size; the folder of all models goes out of sight."""
    mount(SLOTS + "/" + slot, MODEL, None, MS_BIND)
    mount(None, MODEL, None, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)
    options = "size=%d,nr_inodes=%d,mode=0700" % (scratch_bytes, MAX_INODES)
    mount("scratch", SCRATCH, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options.encode("ascii"))
    for folder in (SLOTS, WAYS):
        check(LIBC.umount2(os.fsencode(folder), MNT_DETACH), "umount " + folder)
    os.chdir(SCRATCH)


def connect(token):
    """The two ways out, made before any model code runs: frames, and what the model prints."""
    ways = []
    for purpose in b"FO":
        way = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        way.connect(WAYS + "/socket")
        way.sendall(bytes([purpose]) + token.encode("ascii"))
        ways.append(way.detach())
    return ways


def give_up_rights(filter_bytes):
    # No user is mapped in the new namespace: nobody can be become there.
    check(prctl(PR_SET_SECUREBITS, SECUREBITS), "securebits")
    check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL), "ambient")
    for capability in range(64):
        if prctl(PR_CAPBSET_READ, capability) == 1:
            check(prctl(PR_CAPBSET_DROP, capability), "bounding set")
    check(LIBC.capset(ctypes.byref(Header(CAPABILITY_VERSION, 0)), (Capabilities * 2)()), "capset")
    take_filter(filter_bytes)


def take_filter(filter_bytes):
    check(prctl(PR_SET_DUMPABLE, 0), "dumpable")
    check(prctl(PR_SET_NO_NEW_PRIVS, 1), "no_new_privs")
    program = ctypes.create_string_buffer(filter_bytes, len(filter_bytes))
    pointer = Program(len(filter_bytes) // 8, ctypes.cast(program, ctypes.c_void_p))
    check(LIBC.prctl(PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), ctypes.byref(pointer)), "seccomp")


def refuses(work):
    try:
        work()
    except OSError:
        return True
    return False


def common_faults():
    """What must hold in any cage, asked of the kernel: name -> whether it does not."""
    held = (Capabilities * 2)()
    check(LIBC.capget(ctypes.byref(Header(CAPABILITY_VERSION, 0)), held), "capget")
    return {
        "capabilities": any(one.effective or one.permitted or one.inheritable for one in held),
        "bounding set": any(prctl(PR_CAPBSET_READ, capability) == 1 for capability in range(64)),
        "no_new_privs": prctl(PR_GET_NO_NEW_PRIVS) != 1,
        "seccomp": prctl(PR_GET_SECCOMP) != SECCOMP_MODE_FILTER,
        "process id": os.getpid() != 1,
        "socket": not refuses(lambda: socket.socket(socket.AF_UNIX)),
        "fork": not refuses(os.fork),
        "model folder": not refuses(lambda: os.close(os.open(MODEL + "/.w", os.O_CREAT | os.O_WRONLY))),
        "root folder": not refuses(lambda: os.close(os.open("/.w", os.O_CREAT | os.O_WRONLY))),
    }


def require_none(faults):
    """A cage with a hole is worse than none."""
    open_faults = [name for name, wrong in faults.items() if wrong]
    if open_faults:
        raise OSError(0, "the cage is not shut: " + ", ".join(open_faults))


def verify():
    require_none({
        **common_faults(),
        "models of others": os.listdir(SLOTS) + os.listdir(WAYS) != [],
        "proc": os.path.exists("/proc"),
    })


def close_all_but(frames):
    """Every descriptor of the template goes, but for 0, 1 and 2; the one for frames becomes 3."""
    if frames != FRAMES:
        os.dup2(frames, FRAMES)
    os.closerange(FRAMES + 1, 1 << 16)


def shut(request, set_limits):
    """Returns the descriptor for frames. `request` is the template's: slot, token, limits, filter."""
    limits = request["limits"]
    os.umask(0o077)
    frames, output = connect(request["token"])
    os.dup2(output, 1)
    os.dup2(output, 2)
    close_all_but(frames)
    separate()
    show(request["slot"], limits["fileBytes"])
    # First the namespace: then the count of its processes and threads is its own.
    check(LIBC.unshare(CLONE_NEWUSER), "unshare user")
    set_limits(limits)
    give_up_rights(bytes.fromhex(request["filter"]))
    verify()
    return FRAMES

