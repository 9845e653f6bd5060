"""Names and texts that can do no harm where they are stored and shown. Twins: names.ts and neutralise.ts of the logger."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import NamedTuple

from ._errors import ModelkeepInvalidInput, ModelkeepLimitExceeded
from ._secrets import DOT, S


class LoggerLimits(NamedTuple):
    """Bounds of what is logged: MLflow's own where it has them, stricter by default. Lengths in characters."""

    key: int = 100
    value: int = 1000
    list_items: int = 100
    dict_entries: int = 50
    #: largest absolute value of a metric
    metric: float = 1e10
    path: int = 200
    #: bytes of one artifact
    artifact_bytes: int = 512 * 2**20


_KEY = re.compile(r"[/\w.\- :]+", re.A)


def check_key(key: str, what: str, limits: LoggerLimits) -> str:
    """:raises ModelkeepInvalidInput: (or its ``ModelkeepLimitExceeded``) the key of a param, metric or tag is not clean"""
    if not isinstance(key, str):
        raise ModelkeepInvalidInput("the %s key %r is no text" % (what, key))
    if len(key) > limits.key:
        raise ModelkeepLimitExceeded("the %s key %s has over %d characters: shorten it" % (what, _shown(key), limits.key))
    if not _KEY.fullmatch(key) or key.strip() != key:
        raise ModelkeepInvalidInput(
            "the %s key %s may hold letters, digits, _ - . : / and inner spaces only" % (what, _shown(key))
        )
    # MLflow stores keys as paths in file stores: what normalises to another path is another key.
    if any(part in ("", ".", "..") for part in key.split("/")):
        raise ModelkeepInvalidInput("the %s key %s is no clean path: remove //, . and .." % (what, _shown(key)))
    return key


def check_artifact_path(path: str, limits: LoggerLimits) -> str:
    """:raises ModelkeepInvalidInput: (or its ``ModelkeepLimitExceeded``) the path of an artifact is not plain names"""
    if not isinstance(path, str):
        raise ModelkeepInvalidInput("the artifact path %r is no text" % (path,))
    if len(path) > limits.path:
        raise ModelkeepLimitExceeded("the artifact path %s has over %d characters" % (_shown(path), limits.path))
    unclean = any(part in ("", ".", "..") or part.strip() != part for part in path.split("/"))
    hidden = any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp") for one in path)
    if unclean or hidden or re.search(r'[\\:*?"<>|#%]', path):
        raise ModelkeepInvalidInput("the artifact path %s must be plain names with / between them" % _shown(path))
    return path


def _shown(text: str) -> str:
    return json.dumps(text if len(text) <= 60 else text[:60] + "…", ensure_ascii=False)


# Characters that no page, terminal or table should get: control, reordering, invisible, lone surrogates.
_HARMFUL = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
# What a spreadsheet takes for a formula at the start of a cell. A number such as -1 or +2e3 is none.
_FORMULA = re.compile(r"[%s]*(?:=|@|\+(?![0-9.])|-(?![0-9.]))" % S)
_NUMBER = re.compile(r"[%s]*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[%s]*" % (S, S))
_SIGNED_EXPRESSION = re.compile(r"[%s]*[+-][0-9.]%s*[(!|]" % (S, DOT))
_SCHEME = re.compile(r"\b(javascript|vbscript)(?=:[%s]*[^%s])" % (S, S), re.I | re.A)
_TAG = re.compile(r"<(?=[a-z!/?])", re.I)


def neutralise(text: str) -> str:
    """Text made harmless where it will be shown: markup becomes look-alike characters, a formula gets an apostrophe,
    template brackets are parted. What is plain stays as it is, so values compare equal to what was logged."""
    inert = _HARMFUL.sub(lambda match: "\\u{%x}" % ord(match.group()), text)
    inert = _SCHEME.sub("\\1\u2024", _TAG.sub("‹", inert))
    for raw, parted in (("{{", "{ {"), ("{%", "{ %"), ("${", "$ {"), ("#{", "# {")):
        inert = inert.replace(raw, parted)
    formula = _FORMULA.match(inert) or _SIGNED_EXPRESSION.match(inert)
    return "'" + inert if formula and not _NUMBER.fullmatch(inert) else inert
