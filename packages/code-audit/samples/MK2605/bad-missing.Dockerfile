FROM python:3.11.9-slim
RUN pip install mlflow==3.11.0
# expect-next: MK2605
CMD ["mlflow", "models", "serve", "-m", "/model", "--env-manager", "uv"]
