import torch
from transformers import AutoModel


def loads(name):
    AutoModel.from_pretrained(name)
    AutoModel.from_pretrained(name, trust_remote_code=False, revision="abc123")
    torch.hub.load("./local", "model", source="local")
    torch.hub.list("owner/repo")
