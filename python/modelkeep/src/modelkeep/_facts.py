"""What the command says of a model or of bytes, believed only when all of it fits together."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Dict, FrozenSet, List, NamedTuple, Optional, Tuple

from ._errors import (
    ModelkeepAnswerMalformed,
    ModelkeepDigestMismatch,
    ModelkeepNotVerified,
    ModelkeepRefused,
    ModelkeepUnanalyzable,
)
from ._files import sha256

Global = Tuple[str, str]
VERDICTS = ("inert", "allowlisted", "executable", "unanalyzable", "malicious")
_ADMITTED = ("inert", "allowlisted")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class FileFacts(NamedTuple):
    path: str
    sha256: str
    size: int


class ModelFacts(NamedTuple):
    number: int
    uri: str
    verdict: str
    digest: str
    engine: str
    class_name: str
    methods: Tuple[str, ...]
    name: Optional[str]
    version: Optional[str]
    signers: Tuple[str, ...]
    files: Tuple[FileFacts, ...]
    #: "columns", "tensors", or None where the model has no signature of its input
    inputs: Optional[str]
    attributes: Dict[str, Any]


def model_facts(answer: Dict[str, Any], uri: str, engine: str) -> ModelFacts:
    """The facts of a loaded model.

    :raises ModelkeepAnswerMalformed: when anything is missing, of another type, or contradicts the rest
    :raises ModelkeepRefused: when the verdict is none that may be loaded, whatever else is said
    """
    files = tuple(_file(one) for one in _list(answer, "files"))
    digest = _text(answer, "digest")
    if len({file.path for file in files}) != len(files) or digest != _digest(files):
        raise ModelkeepAnswerMalformed("the model's digest is not that of its files")
    if _text(answer, "uri") != uri:
        raise ModelkeepAnswerMalformed("the answer is about another model than was asked for")
    facts = ModelFacts(
        number=_whole(answer, "model"),
        uri=uri,
        verdict=_text(answer, "verdict"),
        digest=digest,
        engine=_text(answer, "engine"),
        class_name=_text(answer, "className"),
        methods=tuple(_texts(answer, "methods")),
        name=_optional_text(answer, "name"),
        version=_optional_text(answer, "version"),
        signers=tuple(_texts(answer, "signers")),
        files=files,
        inputs=_optional_text(answer, "inputs"),
        attributes=_record(answer.get("attributes", {})),
    )
    _require_admitted(facts, answer.get("admitted"), engine)
    return facts


def _require_admitted(facts: ModelFacts, admitted: Any, engine: str) -> None:
    _known(facts.verdict)
    if facts.verdict == "executable":
        if facts.engine != "sandbox" or not facts.signers:
            raise ModelkeepRefused("the model runs code that came with it: that needs a trusted signature and the sandbox")
    elif facts.verdict not in _ADMITTED:
        raise _refusal(facts.verdict, "the model", [])
    elif admitted is not True:
        raise ModelkeepRefused("the model is %s, and the policy does not admit it" % facts.verdict)
    allowed = {"auto": ("native", "sandbox"), "native": ("native",), "sandbox": ("sandbox",), "none": ("none",)}
    if facts.engine not in allowed[engine]:
        raise ModelkeepAnswerMalformed("the model was opened by the engine %s, not by %s" % (facts.engine, engine))


def require_verdict(answer: Dict[str, Any], data: bytes, what: str) -> FrozenSet[Global]:
    """Requires that the verdict is over exactly ``data`` and admits it.

    :returns: the globals that the report names
    :raises ModelkeepDigestMismatch: the verdict is over other bytes
    :raises ModelkeepRefused: it is not admitted, with the worst findings
    """
    report = _record(answer.get("report"))
    if _text(report, "sha256") != sha256(data) or _whole(report, "size") != len(data):
        raise ModelkeepDigestMismatch("the verdict is over other bytes than those of %s" % what)
    verdict = _text(report, "verdict")
    _known(verdict)
    findings = _list(report, "findings")
    if verdict not in _ADMITTED or report.get("admitted") is not True:
        raise _refusal(verdict, what, findings)
    coverage = _record(report.get("coverage"))
    if coverage.get("bytes") != len(data) or coverage.get("explained") != len(data):
        raise ModelkeepUnanalyzable("%s was not explained to its last byte" % what)
    names = frozenset(_global(one) for one in _list(answer, "globals"))
    if verdict == "inert" and names:
        raise ModelkeepAnswerMalformed("%s is said to be inert and to import something" % what)
    return names


def require_digest(facts: ModelFacts, digest: Optional[str]) -> None:
    """:raises ModelkeepNotVerified: the model is not the one whose digest the caller knows"""
    if digest is None:
        return
    wanted = digest[7:] if digest.startswith("sha256:") else digest
    if wanted.lower() != facts.digest:
        raise ModelkeepNotVerified("the model's digest is sha256:%s, not the one that was asked for" % facts.digest)


def _refusal(verdict: str, what: str, findings: List[Any]) -> ModelkeepRefused:
    found = [one for one in findings if isinstance(one, dict)][:3]
    reasons = "; ".join("%s %s" % (one.get("ruleId"), one.get("message")) for one in found)
    text = "%s is %s%s: see modelkeep scan" % (what, verdict, " (%s)" % reasons if reasons else "")
    return ModelkeepUnanalyzable(text) if verdict == "unanalyzable" else ModelkeepRefused(text)


def _digest(files: Tuple[FileFacts, ...]) -> str:
    # In JavaScript's order of texts, which is that of their UTF-16 units.
    ordered = sorted(files, key=lambda file: file.path.encode("utf-16-be", "surrogatepass"))
    lines = "".join("%s  %s\n" % (file.sha256, file.path) for file in ordered)
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()


def _file(value: Any) -> FileFacts:
    one = _record(value)
    digest = _text(one, "sha256")
    if not _SHA256.fullmatch(digest):
        raise ModelkeepAnswerMalformed("the answer holds no SHA-256 where there must be one")
    return FileFacts(_text(one, "path"), digest, _whole(one, "size"))


def _global(value: Any) -> Global:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value):
        return (value[0], value[1])
    raise ModelkeepAnswerMalformed("the answer names a global by what is no name")


def _known(verdict: str) -> None:
    if verdict not in VERDICTS:
        raise ModelkeepAnswerMalformed("the answer holds the unknown verdict %s" % verdict[:40])


def _record(value: Any) -> Dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise ModelkeepAnswerMalformed("the answer holds no object where there must be one")


def _list(record: Dict[str, Any], name: str) -> List[Any]:
    value = record.get(name)
    if isinstance(value, list):
        return value
    raise ModelkeepAnswerMalformed("the answer's %s is no list" % name)


def _text(record: Dict[str, Any], name: str) -> str:
    value = record.get(name)
    if isinstance(value, str):
        return value
    raise ModelkeepAnswerMalformed("the answer's %s is no text" % name)


def _optional_text(record: Dict[str, Any], name: str) -> Optional[str]:
    return None if record.get(name) is None else _text(record, name)


def _texts(record: Dict[str, Any], name: str) -> List[str]:
    values = _list(record, name)
    if all(isinstance(one, str) for one in values):
        return values
    raise ModelkeepAnswerMalformed("the answer's %s are no texts" % name)


def _whole(record: Dict[str, Any], name: str) -> int:
    value = record.get(name)
    if type(value) is int and value >= 0:
        return value
    raise ModelkeepAnswerMalformed("the answer's %s is no whole number" % name)
