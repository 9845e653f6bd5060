"""Sums up what recorded pickles use: for every global, the forms in which it was called or referred to."""

from symbolic import Call, Global

MAX_FORMS = 10


def short(value, depth=0):
    """The type of a value, one level deep; a call by the name of what is called."""
    if isinstance(value, Global):
        return "@" + str(value)
    if isinstance(value, Call):
        if str(value.callee) in ("copyreg._reconstructor", "copyreg.__newobj__"):
            return "<" + str(value.args[0]) + ">"
        return "<" + str(value.callee) + ">"
    name = type(value).__name__
    if isinstance(value, tuple) and depth < 1:
        if len(value) > 10:
            return "tuple*"
        return "(" + ",".join(short(item, depth + 1) for item in value) + ")"
    return {"NoneType": "None"}.get(name, name)


def form(call):
    """For example `NEWOBJ() state dict`."""
    text = call.via + short(call.args)
    if call.kwargs:
        text += " kwargs " + ",".join(sorted(call.kwargs))
    text += "".join(" state " + short(state) for state in call.states)
    for word, items in (("append", call.appended), ("entries", call.entries), ("add", call.added)):
        if items:
            text += " " + word
    return text


class Evidence:
    """`globals[name]` is the set of forms; references are written `ref in <where>`."""

    def __init__(self):
        self.globals = {}

    def note(self, name, text):
        forms = self.globals.setdefault(name, set())
        if len(forms) < MAX_FORMS:
            forms.add(text)

    def pickle(self, root, calls, arrays=()):
        seen = set()
        for value in [root, *arrays]:
            self._walk(value, "root", seen)
        for call in calls:
            self.note(str(call.callee), form(call))
            where = str(call.callee)
            self._walk(call.args, where, seen)
            for state in call.states:
                self._walk(state, where, seen)
            for items in (call.kwargs or {}, call.appended, call.entries, call.added):
                self._walk(items, where, seen)

    def _walk(self, value, where, seen):
        todo = [(value, where)]
        while todo:
            value, where = todo.pop()
            if isinstance(value, Global):
                self.note(str(value), "ref in " + where)
                continue
            if not isinstance(value, (dict, list, tuple, set, frozenset)) or id(value) in seen:
                continue
            if not isinstance(value, (tuple, frozenset)):
                seen.add(id(value))
            if isinstance(value, dict):
                for key, item in value.items():
                    at = where + "." + key if isinstance(key, str) and "." not in key and len(key) < 40 else where
                    todo.append((item, at if where.count(".") < 6 else where))
                    todo.append((key, where))
            else:
                todo.extend((item, where) for item in value)
