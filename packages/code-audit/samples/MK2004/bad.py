import torch
import torch as t
from torch import load as torch_load
import pytorch_lightning as pl


class Net(pl.LightningModule):
    pass


def loads(path, flag=False):
    torch.load(path)  # expect: MK2004
    t.load(path, weights_only=False)  # expect: MK2004
    torch_load(path, map_location="cpu")  # expect: MK2004
    torch.load(path, weights_only=flag)  # expect: MK2004
    torch.jit.load(path)  # expect: MK2004
    Net.load_from_checkpoint(path)  # expect: MK2004
    options = {"map_location": "cpu", "weights_only": False}
    torch.load(path, **options)  # expect: MK2004
