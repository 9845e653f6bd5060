import { type ReachRule, words } from "./reach.ts";

export const rule: ReachRule = {
  id: "MK1002",
  name: "code-evaluation",
  title: "The file compiles or runs Python source or bytecode when it is loaded.",
  severity: "critical",
  verdict: "malicious",
  cwe: "CWE-94",
  does: "runs code that is given to it as text or bytecode",
  advice: "Do not load it.",
  reach: words(`
    builtins.eval builtins.exec builtins.compile builtins.execfile builtins.breakpoint
    builtins.input builtins.apply builtins.help builtins.reduce __main__.eval __main__.exec code
    codeop bdb pdb cProfile profile pstats timeit trace doctest idlelib lib2to3 types.CodeType
    types.FunctionType ast symtable py_compile compileall dis opcode numpy.testing
    numpy.distutils.exec_command numpy.f2py.crackfortran numpy.core.numerictypes.sctype2char
    numpy._pytesttester numpy.ma.testutils pandas.eval pandas.core.computation
    pandas.core.frame.DataFrame.eval pandas.core.frame.DataFrame.query pandas._testing
    pandas.util._tester torch._dynamo torch.jit.unsupported_tensor_ops torch.utils.bottleneck
    torch.hub torch.utils.data.datapipes torch.utils._config_module jinja2 mako chameleon IPython
    jupyter_client nbformat nbconvert pytest _pytest nose unittest xmlrpc dataclasses._create_fn
    dataclasses.make_dataclass typing.get_type_hints typing._eval_type annotationlib
    functools.singledispatch tkinter turtle turtledemo curses readline rlcompleter cmd
    string.Formatter gettext.c2py sklearn.utils._testing sklearn.utils.estimator_checks
    sklearn.utils._pprint scipy.stats._distn_infrastructure._ShapeInfo joblib._store_backends
    sympy.parsing sympy.utilities.lambdify sympy.core.sympify torch.fx.experimental torch.hub.load
    distutils.util
  `),
};
