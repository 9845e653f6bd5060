FROM python:3.11.9-slim
RUN pip install --no-cache-dir mlflow==3.11.0 && useradd --uid 1000 mlflow
USER mlflow
CMD ["mlflow", "server", "--app-name", "basic-auth", "--host", "0.0.0.0"]
