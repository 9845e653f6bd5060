FROM python:3.11.9-slim
USER 1000
CMD ["mlflow", "server", "--host", "0.0.0.0"]
CMD ["mlflow", "server", "--host", "127.0.0.1"]
