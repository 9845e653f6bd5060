FROM python:3.11-slim AS build
RUN pip install mlflow==3.11.0

FROM build
USER mlflow
# expect-next: MK2601
CMD mlflow server \
    --backend-store-uri sqlite:///db/mlflow.db \
    # a comment within
    --host 0.0.0.0
