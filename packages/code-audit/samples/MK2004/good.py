import torch
from safetensors.torch import load_file

SAFE = True


class torch_like:
    @staticmethod
    def load(path):
        return path


def loads(path):
    torch.load(path, weights_only=True)
    torch.load(path, map_location="cpu", weights_only=SAFE)
    torch_like.load(path)
    torch.save({}, path)
    options = {"weights_only": True}
    torch.load(path, **options)
    return load_file(path)
