"""Reads a pickle without importing anything it names, and says which globals it uses and how.

CPython's pure-Python unpickler with every opcode that imports, calls or updates replaced by one that records.
"""

import io
import pickle


class Global:
    """A reference to `module.name`, not resolved."""

    def __init__(self, module, name):
        self.module, self.name = module, name

    def __str__(self):
        return self.module + "." + self.name


class Call:
    """`callee(*args)` that was not made, with what was done to its result."""

    def __init__(self, via, callee, args, kwargs=None):
        self.via, self.callee, self.args, self.kwargs = via, callee, args, kwargs
        self.states, self.appended, self.entries, self.added = [], [], [], []

    def append(self, item):
        self.appended.append(item)

    def extend(self, items):
        self.appended.extend(items)

    def add(self, item):
        self.added.append(item)

    def __setitem__(self, key, value):
        self.entries.append((key, value))


class Symbolic(pickle._Unpickler):
    """After `load`, `calls` has every call in order."""

    dispatch = dict(pickle._Unpickler.dispatch)

    def __init__(self, file, buffers=None):
        super().__init__(file, buffers=buffers)
        self.source = file
        self.calls = []
        self.arrays = []

    def find_class(self, module, name):
        if self.proto < 3:
            import _compat_pickle

            if (module, name) in _compat_pickle.NAME_MAPPING:
                module, name = _compat_pickle.NAME_MAPPING[(module, name)]
            elif module in _compat_pickle.IMPORT_MAPPING:
                module = _compat_pickle.IMPORT_MAPPING[module]
        return Global(module, name)

    def persistent_load(self, pid):
        return ("persistent", pid)

    def _call(self, via, callee, args, kwargs=None):
        call = Call(via, callee, args, kwargs)
        self.calls.append(call)
        return call

    def load_reduce(self):
        args = self.stack.pop()
        self.stack[-1] = self._call("REDUCE", self.stack[-1], args)

    def load_newobj(self):
        args = self.stack.pop()
        self.stack[-1] = self._call("NEWOBJ", self.stack[-1], args)

    def load_newobj_ex(self):
        kwargs = self.stack.pop()
        args = self.stack.pop()
        self.stack[-1] = self._call("NEWOBJ_EX", self.stack[-1], args, kwargs)

    def _instantiate(self, klass, args):
        self.append(self._call("OBJ", klass, tuple(args)))

    def load_build(self):
        state = self.stack.pop()
        target = self.stack[-1]
        if not isinstance(target, Call):
            raise ValueError("BUILD on %r" % (target,))
        target.states.append(state)
        if str(target.callee) == "joblib.numpy_pickle.NumpyArrayWrapper":
            self._skip_array(state)

    def _skip_array(self, state):
        """joblib: the array's bytes (or, for objects, a pickle of its own) follow the wrapper."""
        dtype = real_dtype(state["dtype"])
        if dtype.hasobject:
            nested = Symbolic(self.source)
            nested.proto = self.proto
            self.arrays.append(nested.load())
            self.calls.extend(nested.calls)
            return
        if state.get("numpy_array_alignment_bytes") is not None:
            padding = self.source.read(1)[0]
            self.source.read(padding)
        count = 1
        for length in state["shape"]:
            count *= length
        self.source.read(count * dtype.itemsize)


for opcode, method in [
    (pickle.REDUCE, Symbolic.load_reduce),
    (pickle.NEWOBJ, Symbolic.load_newobj),
    (pickle.NEWOBJ_EX, Symbolic.load_newobj_ex),
    (pickle.BUILD, Symbolic.load_build),
]:
    Symbolic.dispatch[opcode[0]] = method


def real_dtype(value):
    """A recorded `numpy.dtype` call made real: names fixed-size types only, so nothing else is run."""
    import numpy

    dtype = numpy.dtype(value.args[0])
    if value.states:
        state = value.states[0]
        if state[3] is not None:
            fields = [state[4][name] for name in state[3]]
            return numpy.dtype(
                {
                    "names": list(state[3]),
                    "formats": [real_dtype(field[0]) for field in fields],
                    "offsets": [field[1] for field in fields],
                    "itemsize": state[5],
                }
            )
        if state[1] in "<>":
            dtype = dtype.newbyteorder(state[1])
    return dtype


def read(data, buffers=None):
    """All calls of one pickle (bytes) and its root."""
    machine = Symbolic(io.BytesIO(data), buffers=buffers)
    root = machine.load()
    return root, machine.calls, machine.arrays
