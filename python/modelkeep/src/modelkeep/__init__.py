"""Modelkeep's Python client: models are loaded after they were judged, or not at all."""

from __future__ import annotations

from ._errors import (
    ModelkeepAnswerMalformed,
    ModelkeepCommandFailed,
    ModelkeepCommandMissing,
    ModelkeepDigestMismatch,
    ModelkeepError,
    ModelkeepInvalidInput,
    ModelkeepLimitExceeded,
    ModelkeepNotVerified,
    ModelkeepRefused,
    ModelkeepUnanalyzable,
    ModelkeepUnavailable,
    ModelkeepUnsupported,
)
from ._loader import SecureMLflowLoader
from ._logger import SecureMLflowLogger, SecureRun
from ._loads import (
    safe_joblib_load,
    safe_pandas_read_pickle,
    safe_pickle_load,
    safe_pickle_loads,
    safe_torch_load,
)
from ._model import SecureModel
from ._neutral import LoggerLimits

__version__ = "0.1.0"

__all__ = [
    "LoggerLimits",
    "ModelkeepAnswerMalformed",
    "ModelkeepCommandFailed",
    "ModelkeepCommandMissing",
    "ModelkeepDigestMismatch",
    "ModelkeepError",
    "ModelkeepInvalidInput",
    "ModelkeepLimitExceeded",
    "ModelkeepNotVerified",
    "ModelkeepRefused",
    "ModelkeepUnanalyzable",
    "ModelkeepUnavailable",
    "ModelkeepUnsupported",
    "SecureMLflowLoader",
    "SecureMLflowLogger",
    "SecureModel",
    "SecureRun",
    "safe_joblib_load",
    "safe_pandas_read_pickle",
    "safe_pickle_load",
    "safe_pickle_loads",
    "safe_torch_load",
]
