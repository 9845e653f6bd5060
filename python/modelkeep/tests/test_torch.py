"""``safe_torch_load`` against a stand-in for torch, which is too large for the tests' environment."""

import pickle
import sys
import types
import unittest.mock

import modelkeep

from .support import InFolder


class Torch(InFolder):
    def test_weights_only_and_from_the_bytes_that_were_judged(self):
        asked = []
        torch = types.ModuleType("torch")
        torch.load = lambda file, **named: asked.append((file.read(), named)) or "weights"
        path = self.folder / "model.pt"
        path.write_bytes(pickle.dumps({"a": [1.0]}))
        with unittest.mock.patch.dict(sys.modules, torch=torch):
            self.assertEqual(modelkeep.safe_torch_load(path, map_location="cpu"), "weights")
            self.assertEqual(asked, [(path.read_bytes(), {"map_location": "cpu", "weights_only": True})])
            path.write_bytes(self.poison())
            with self.assertRaises(modelkeep.ModelkeepRefused):
                modelkeep.safe_torch_load(path)
        self.assertEqual(len(asked), 1)
        with unittest.mock.patch.dict(sys.modules, torch=None), self.assertRaises(modelkeep.ModelkeepUnsupported):
            path.write_bytes(pickle.dumps({}))
            modelkeep.safe_torch_load(path)
