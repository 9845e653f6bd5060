"""Turns values into the text that is stored: checked, secrets gone, harmless to show. Twin: values.ts of the logger."""

from __future__ import annotations

import json
import math
import numbers
from typing import Any, List

from ._errors import ModelkeepInvalidInput, ModelkeepLimitExceeded
from ._neutral import LoggerLimits, neutralise
from ._secrets import redact, redact_file

_MAX_DEPTH = 8
SECRET_POLICIES = ("redact", "refuse")


class Sanitiser:
    """:param policy: what happens to a secret: ``redact`` replaces it, ``refuse`` refuses the call"""

    def __init__(self, limits: LoggerLimits, policy: str) -> None:
        if policy not in SECRET_POLICIES:
            raise ModelkeepInvalidInput("there is no policy for secrets %s: choose redact or refuse" % policy)
        self._limits = limits
        self._policy = policy

    def value(self, key: str, value: Any) -> str:
        """The text of a param's or tag's value."""
        plain = self._plain(key, value, 0)
        text = neutralise(self.text(key, _shown(self.without_secrets(key, plain))))
        if len(text) > self._limits.value:
            raise ModelkeepLimitExceeded(
                "the value of %s has %d characters, more than %d: log it as an artifact" % (key, len(text), self._limits.value)
            )
        return text

    def text(self, key: str, text: str) -> str:
        """A text without secrets. :raises ModelkeepInvalidInput: when the policy is to refuse"""
        clean, found = redact(text, key)
        return self._allowed(clean, found, "the value of %s looks like a secret (%s): do not log it; if it is exposed, replace it" % (key, "%s"))

    def file(self, path: str, data: bytes) -> bytes:
        """The bytes of a file without secrets: text files are searched, all else is stored as it is."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return data
        if "\0" in text:
            return data
        clean, found = redact_file(text)
        if not found:
            return data
        message = "%s holds what looks like a secret (%s): take it out before logging the file" % (path, "%s")
        return self._allowed(clean, found, message).encode("utf-8")

    def _allowed(self, clean: str, found: List[str], message: str) -> str:
        if found and self._policy == "refuse":
            raise ModelkeepInvalidInput(message.replace("%s", ", ".join(found)))
        return clean

    def metric(self, key: str, value: Any) -> float:
        """A metric's value. NaN and infinities are MLflow's own business and pass."""
        if isinstance(value, bool) or not isinstance(value, numbers.Real) and not hasattr(value, "item"):
            raise ModelkeepInvalidInput("the metric %s is no number" % key)
        try:
            number = float(value.item() if hasattr(value, "item") else value)
        except (TypeError, ValueError, OverflowError) as cause:
            raise ModelkeepInvalidInput("the metric %s is no number" % key) from cause
        if math.isfinite(number) and abs(number) > self._limits.metric:
            raise ModelkeepLimitExceeded("the metric %s is %g: its size may be %g at most" % (key, number, self._limits.metric))
        return number

    def without_secrets(self, key: str, value: Any) -> Any:
        """Plain data in which every text was searched, under the key that it stands under."""
        if isinstance(value, str):
            return self.text(key, value)
        if isinstance(value, list):
            return [self.without_secrets(key, one) for one in value]
        if isinstance(value, dict):
            return {name: self.without_secrets(name, one) for name, one in value.items()}
        return value

    def data(self, value: Any) -> Any:
        """What ``log_dict`` stores: plain data of any size, to a bounded depth, without secrets."""
        return self.without_secrets("", self._plain("the document", value, 0, bounded=False))

    def _plain(self, key: str, value: Any, depth: int, bounded: bool = True) -> Any:
        if depth > (_MAX_DEPTH if bounded else 64):
            raise ModelkeepLimitExceeded("the value of %s nests deeper than what is allowed" % key)
        if value is None or isinstance(value, (str, bool, int, float)):
            return value
        if isinstance(value, dict):
            self._count(key, len(value), self._limits.dict_entries, bounded)
            return {str(name): self._plain(str(name), one, depth + 1, bounded) for name, one in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            self._count(key, len(value), self._limits.list_items, bounded)
            return [self._plain(key, one, depth + 1, bounded) for one in value]
        if hasattr(value, "item") and not getattr(value, "shape", ()):
            return self._plain(key, value.item(), depth + 1, bounded)
        # As MLflow's client does: whatever it is, its text is what is stored.
        return str(value)

    def _count(self, key: str, count: int, limit: int, bounded: bool) -> None:
        if bounded and count > limit:
            raise ModelkeepLimitExceeded("the value of %s has %d entries, more than %d" % (key, count, limit))


def _shown(value: Any) -> str:
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)
