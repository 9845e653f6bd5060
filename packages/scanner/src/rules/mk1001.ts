import { type ReachRule, words } from "./reach.ts";

export const rule: ReachRule = {
  id: "MK1001",
  name: "process-execution",
  title: "The file starts a program or a shell when it is loaded.",
  severity: "critical",
  verdict: "malicious",
  cwe: "CWE-78",
  does: "starts a program",
  advice: "Do not load it. Find out who wrote it and treat every machine that loaded it as compromised.",
  reach: words(`
    os posix nt subprocess _posixsubprocess _winapi pty commands popen2 popen3 multiprocessing
    _multiprocessing concurrent.futures.process signal asyncio.create_subprocess_exec
    asyncio.create_subprocess_shell asyncio.subprocess asyncio.base_subprocess asyncio.unix_events
    asyncio.windows_utils pexpect sh plumbum invoke fabric paramiko psutil winreg _winreg msvcrt
    crontab platform._syscmd_ver platform.popen platform._syscmd_file platform.architecture
    platform.libc_ver _osx_support _aix_support uuid._get_command_stdout uuid._popen
    imaplib.IMAP4_stream _pyrepl distutils.spawn distutils.ccompiler distutils.unixccompiler
    setuptools._distutils ensurepip pip _pip venv virtualenv setuptools easy_install pkg_resources
    conda test.support unittest.case.TestCase ctypes.util webbrowser.GenericBrowser
    webbrowser.BackgroundBrowser torch._inductor.codecache torch.utils.cpp_extension
    torch.utils.collect_env torch.multiprocessing numpy.distutils numpy.f2py scipy._lib._gcutils
    joblib.externals.loky joblib.parallel joblib._parallel_backends joblib.executor git sphinx.util
    mlflow.projects mlflow.utils.process mlflow.utils.virtualenv mlflow.utils.environment
    mlflow.pyfunc.backend !os.PathLike !os.stat_result !signal.Signals torch.distributed.launcher
    torch.distributed.run torch.distributed.elastic
  `),
};
