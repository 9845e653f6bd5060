import torch
from datasets import load_dataset
from transformers import AutoModel, pipeline

OPTIONS = {"trust_remote_code": True}


def loads(name):
    AutoModel.from_pretrained(name, trust_remote_code=True)  # expect: MK2008
    pipeline("text-generation", model=name, trust_remote_code=True)  # expect: MK2008
    load_dataset(name, trust_remote_code=True)  # expect: MK2008
    AutoModel.from_pretrained(name, **OPTIONS)  # expect: MK2008
    torch.hub.load("owner/repo", "model")  # expect: MK2008
