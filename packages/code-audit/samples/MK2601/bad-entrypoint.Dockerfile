FROM python:3.11-slim
ENV HOST=0.0.0.0
USER 1000
ENTRYPOINT ["mlflow", "server"]
# expect-next: MK2601
CMD ["--host", "0.0.0.0", "--backend-store-uri", "sqlite:///mlflow.db"]
