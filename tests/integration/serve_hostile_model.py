"""A signed model that misbehaves when it is asked to. Argument: the folder to write it to.

Each row of the column `what` names what to do; `ok` answers honestly.
"""

import sys

import mlflow


class Hostile(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        import os
        import sys
        import threading
        import time

        what = str(model_input["what"].iloc[0])
        if what == "die":
            os._exit(7)
        if what == "crash":
            import ctypes

            ctypes.string_at(0)
        if what == "hang":
            time.sleep(600)
        if what == "spin":
            while True:
                pass
        if what == "flood":
            while True:
                sys.stderr.write("x" * 65536)
        if what == "grow":
            held = []
            while True:
                held.append(bytearray(b"x" * (1 << 24)))
        if what == "threads":
            for _ in range(500):
                threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
            time.sleep(600)
        if what == "forge":
            os.write(3, b"\0\0\0\x1b\0\0\0\x17" + b'{"id": 999, "ok": true}')
            time.sleep(600)
        if what == "announce":
            os.write(3, b"\xff" * 8)
            time.sleep(600)
        if what == "nested":
            text = b'{"id":1,"x":' + b"[" * 4_000_000
            os.write(3, (len(text) + 4).to_bytes(4, "big") + len(text).to_bytes(4, "big"))
            view = memoryview(text)
            while view:
                view = view[os.write(3, view):]
            time.sleep(600)
        if what == "many":
            return [[0] * 1000] * 200
        if what == "raise":
            raise SystemExit("no")
        return [what] * len(model_input)


mlflow.pyfunc.save_model(sys.argv[1], python_model=Hostile(), pip_requirements=["mlflow"])
