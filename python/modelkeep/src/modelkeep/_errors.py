"""What the client raises. Every exception means: no model, nothing was loaded, nothing was run."""

from __future__ import annotations

import unicodedata
from typing import Dict, Type


class ModelkeepError(Exception):
    """The base of all of them. ``code`` is one of a closed set of words."""

    code = "ERROR"

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(printable(message))
        if code:
            self.code = code


class ModelkeepRefused(ModelkeepError):
    """The model was judged, and is not admitted."""

    code = "NOT_ADMITTED"


class ModelkeepUnanalyzable(ModelkeepRefused):
    """It could not be fully explained, so nothing is known of it."""


class ModelkeepNotVerified(ModelkeepRefused):
    """Its bytes are not those that were signed, recorded or announced."""

    code = "INTEGRITY"


class ModelkeepDigestMismatch(ModelkeepNotVerified):
    """The verdict is over other bytes than the ones that would be loaded."""


class ModelkeepUnsupported(ModelkeepError):
    """Modelkeep cannot do this with this model, and says why."""

    code = "UNSUPPORTED_MODEL"


class ModelkeepInvalidInput(ModelkeepError, ValueError):
    """The input does not fit the model's signature, or an argument is out of bounds."""

    code = "INVALID_INPUT"


class ModelkeepLimitExceeded(ModelkeepInvalidInput):
    """A value is longer, larger or deeper than what is allowed."""

    code = "LIMIT_EXCEEDED"


class ModelkeepUnavailable(ModelkeepError):
    """The tracking server, a store or the sandbox did not answer, or denied the request."""

    code = "UNAVAILABLE"


class ModelkeepCommandMissing(ModelkeepError):
    """There is no ``modelkeep`` command to ask. Without a verdict nothing is loaded."""

    code = "COMMAND_MISSING"


class ModelkeepCommandFailed(ModelkeepError):
    """The ``modelkeep`` command ended, hung or could not be started."""

    code = "COMMAND_FAILED"


class ModelkeepAnswerMalformed(ModelkeepError):
    """The ``modelkeep`` command answered what cannot be understood or contradicts itself."""

    code = "ANSWER_MALFORMED"


_BY_CODE: Dict[str, Type[ModelkeepError]] = {
    "NOT_ADMITTED": ModelkeepRefused,
    "INTEGRITY": ModelkeepNotVerified,
    "UNSUPPORTED_MODEL": ModelkeepUnsupported,
    "UNSUPPORTED_METHOD": ModelkeepUnsupported,
    "INVALID_INPUT": ModelkeepInvalidInput,
    "INVALID_ARGUMENT": ModelkeepInvalidInput,
    "LIMIT_EXCEEDED": ModelkeepLimitExceeded,
    "NOT_FOUND": ModelkeepUnavailable,
    "UNAUTHENTICATED": ModelkeepUnavailable,
    "PERMISSION_DENIED": ModelkeepUnavailable,
    "UNAVAILABLE": ModelkeepUnavailable,
    "SANDBOX_UNAVAILABLE": ModelkeepUnavailable,
    "SANDBOX_FAILED": ModelkeepUnavailable,
    "AUDIT_FAILED": ModelkeepUnavailable,
}


def error_of(code: str, message: str) -> ModelkeepError:
    """The exception for an error that the command answered. A code that is not known is an error all the same."""
    if code == "NOT_ADMITTED" and message.startswith("the model is unanalyzable"):
        return ModelkeepUnanalyzable(message, code)
    return _BY_CODE.get(code, ModelkeepError)(message, code)


def printable(text: str, limit: int = 2000) -> str:
    """Text from files and servers made safe to show: one line, nothing that steers a terminal."""
    cut = text if len(text) <= limit else text[:limit] + "…"
    hidden = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return "".join("\\u{%x}" % ord(one) if unicodedata.category(one) in hidden else one for one in cut)
