#!/usr/bin/env bash
set -euo pipefail
HOST="0.0.0.0"
PORT=${PORT:-5000}
BACKEND=${BACKEND_STORE_URI:-sqlite:///mlflow.db}
# expect-next: MK2601
exec mlflow server \
    --backend-store-uri "$BACKEND" \
    --host "${HOST}" \
    --port "$PORT"
