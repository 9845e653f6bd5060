FROM python:3.11-slim
ENV HOST 0.0.0.0
USER 1000
# expect-next: MK2601
ENTRYPOINT ["/bin/sh", "-c", "exec mlflow server --host $HOST"]
