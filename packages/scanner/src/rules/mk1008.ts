import { type ReachRule, words } from "./reach.ts";

export const rule: ReachRule = {
  id: "MK1008",
  name: "native-code",
  title: "The file loads or calls native code, or addresses memory, when it is loaded.",
  severity: "critical",
  verdict: "malicious",
  cwe: "CWE-114",
  does: "runs native code",
  advice: "Do not load it.",
  reach: words(`
    ctypes _ctypes cffi _cffi_backend numpy.ctypeslib numpy.core._internal._ctypes llvmlite
    pyximport ctypeslib distutils.core resource fcntl termios tty syslog crypt spwd grp pwd
    mmap.mmap torch.classes torch._ops tensorflow.load_library tensorflow.load_op_library
    xgboost.core._LIB xgboost.core._load_lib lightgbm.basic._LIB lightgbm.basic._load_lib
    lightgbm.libpath Cython.Build Cython.Compiler Cython.inline
  `),
};
