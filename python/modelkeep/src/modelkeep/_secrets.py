"""Secrets in what is logged. The twin of this file is packages/model-io/src/logger/secrets; both are held to the same
vectors (packages/model-io/fixtures/logger-vectors.json).
"""

from __future__ import annotations

import base64
import json
import math
import re
import zlib
from collections import Counter
from typing import Callable, List, Match, NamedTuple, Optional, Pattern, Tuple

# White space and line ends as JavaScript has them, so that both twins find the same.
S = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
DOT = r"[^\n\r\u2028\u2029]"

_MIN_RANDOM_LENGTH = 16
_RANDOM_BITS = 3.2
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def is_random(word: str) -> bool:
    """Whether a word is long and mixed enough to be a generated secret, rather than words, a path or a number."""
    if len(word) < _MIN_RANDOM_LENGTH or not re.fullmatch(r"[\w+/=.~-]+", word, re.A):
        return False
    if re.fullmatch(r"[A-Za-z_.-]+", word) or re.fullmatch(r"[0-9.eE+-]+", word):
        return False
    counts = Counter(word).values()
    return -sum(count / len(word) * math.log2(count / len(word)) for count in counts) >= _RANDOM_BITS


def _is_github_token(token: str) -> bool:
    """The last six characters are the CRC-32 of those between prefix and them, in base 62 (GitHub since 2021, npm)."""
    body = token[token.index("_") + 1 :]
    checksum, text = zlib.crc32(body[:-6].encode()), ""
    for _ in range(6):
        text = _BASE62[checksum % 62] + text
        checksum //= 62
    return text == body[-6:] or is_random(body)


def _is_jwt(token: str) -> bool:
    header = token.split(".")[0]
    header = header[: len(header) - (len(header) % 4 == 1)]
    try:
        parsed = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (ValueError, RecursionError):
        # Not JSON: then it is no token, whatever it looks like.
        return False
    return isinstance(parsed, dict) and "alg" in parsed


_PLACEHOLDER = re.compile(
    r"none|null|true|false|nan|undefined|[0-9]{1,5}|\*+|x+|<%s*>|\$\{%s*\}?|\[redacted%s*" % (DOT, DOT, DOT), re.I
)


def is_placeholder(value: str) -> bool:
    return _PLACEHOLDER.fullmatch(value) is not None


class _Detector(NamedTuple):
    """One kind of credential; the first group, if there is one, is the secret within the match."""

    id: str
    pattern: Pattern[str]
    confirm: Optional[Callable[[str], bool]] = None


def _detector(id: str, pattern: str, confirm: Optional[Callable[[str], bool]] = None, flags: int = 0) -> _Detector:
    return _Detector(id, re.compile(pattern.replace("%s", S), re.A | flags), confirm)


_DETECTORS: Tuple[_Detector, ...] = (
    _detector(
        "private-key",
        r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,60}-----|\Z)",
    ),
    _detector("modelkeep-key", r"\bmk_[0-9a-f]{12}_[\w-]{43}(?![\w-])"),
    _detector("aws-access-key", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b"),
    _detector("github-token", r"\bgh[pousr]_[A-Za-z0-9]{36}\b", _is_github_token),
    _detector("github-fine-grained-token", r"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b"),
    _detector("gitlab-token", r"\bgl(?:pat|dt|rt|ptt|cbt|soat|ft)-[\w-]{20,64}"),
    _detector("slack-token", r"\bxox[abeoprs]-(?:\d+-)*[A-Za-z0-9-]{10,200}"),
    _detector("slack-webhook", r"https://hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/+]{20,100}"),
    _detector("stripe-key", r"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,200}\b"),
    _detector("google-api-key", r"\bAIza[\w-]{35}(?![\w-])"),
    _detector("google-oauth", r"\b(?:ya29\.[\w-]{20,400}|GOCSPX-[\w-]{28})"),
    _detector("azure-storage-key", r"\bAccountKey=([A-Za-z0-9+/]{86}==)"),
    _detector("azure-sas", r"[?&]sig=([A-Za-z0-9%+/]{40,100}(?:=|%3D)?)"),
    _detector("openai-key", r"\bsk-(?:proj-|svcacct-|ant-[\w-]{1,12}-)?[\w-]{32,200}", is_random),
    _detector("huggingface-token", r"\bhf_[A-Za-z0-9]{34}\b"),
    _detector("npm-token", r"\bnpm_[A-Za-z0-9]{36}\b", _is_github_token),
    _detector("pypi-token", r"\bpypi-AgE[\w-]{50,300}"),
    _detector("databricks-token", r"\bdapi[a-f0-9]{32}(?:-\d)?\b"),
    _detector("jwt", r"\beyJ[\w-]{8,2000}\.eyJ[\w-]{8,8000}\.[\w-]{16,2000}", _is_jwt),
    _detector(
        "url-password",
        r"\b[a-z][a-z0-9+.-]{1,20}://[^%s/:@\"'<>]{0,100}:([^%s/@\"'<>]{1,200})@",
        flags=re.I,
    ),
    _detector("authorization", r"\b(?:Bearer|Basic)[%s]+([\w+/.~=-]{16,2000})", is_random),
    _detector(
        "named-secret",
        r"\b[\w-]{0,30}(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)"
        r"[\w-]{0,20}[\"']?[%s]*[:=][%s]*[\"']?([^%s\"',;&]{6,500})",
        lambda secret: not is_placeholder(secret),
        re.I,
    ),
)

_TELLING_KEY = re.compile(
    r"(?:^|[^a-z])(?:password|passwd|pwd|passphrase|secret|api[_-]?key|access[_-]?key|private[_-]?key|credentials?"
    r"|(?:auth|access|refresh|bearer|id|api|session|github|gitlab|slack|hf)[_-]?token|client[_-]?secret)(?:\Z|[^a-z])",
    re.I,
)
_SUSPICIOUS_KEY = re.compile(r"token|auth|cred|secret|key|pass", re.I)


def is_telling_key(key: str) -> bool:
    """Keys whose value is a secret whatever it looks like. fooBar and foo.bar are foo_bar here."""
    return _TELLING_KEY.search(re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", key)) is not None


class Redaction(NamedTuple):
    text: str
    #: detectors that found something, without doubles
    found: List[str]


def redact(text: str, key: str = "") -> Redaction:
    """Replaces every secret in a text by ``[redacted: kind]``. Some keys say that their value is a secret."""
    if text == "" or is_placeholder(text):
        return Redaction(text, [])
    if is_telling_key(key):
        return Redaction(_mark("telling-key"), ["telling-key"])
    redaction = _replace(text, lambda id, secret: True)
    if not redaction.found and _SUSPICIOUS_KEY.search(key) and is_random(text):
        return Redaction(_mark("high-entropy"), ["high-entropy"])
    return redaction


def redact_file(text: str) -> Redaction:
    """The same for a whole text file. Source code says ``token = next_token()``: what a telling name stands before counts
    only when it is random enough to be a secret."""
    return _replace(text, lambda id, secret: id != "named-secret" or is_random(secret))


def _replace(text: str, counts: Callable[[str, str], bool]) -> Redaction:
    found: List[str] = []
    before = None
    # Again until nothing is found: what is replaced may have hidden where its neighbour begins. Marks are never secrets.
    while before != text:
        before = text
        for detector in _DETECTORS:
            text = _replace_one(text, detector, counts, found)
    return Redaction(text, found)


def _replace_one(text: str, detector: _Detector, counts: Callable[[str, str], bool], found: List[str]) -> str:
    def replaced(match: Match[str]) -> str:
        whole = match.group()
        secret = match.group(1) if match.re.groups else whole
        if secret.startswith("[redacted") or not counts(detector.id, secret):
            return whole
        if detector.confirm is not None and not detector.confirm(secret):
            return whole
        if detector.id not in found:
            found.append(detector.id)
        return whole.replace(secret, _mark(detector.id), 1)

    return detector.pattern.sub(replaced, text)


def _mark(id: str) -> str:
    return "[redacted: %s]" % id
