FROM python:3.11.9-slim
# expect-next: MK2701
ENV MLFLOW_TRACKING_TOKEN=9f8e7d6c5b4a39281706f5e4d3c2b1a0
# expect-next: MK2701
ARG DB_PASSWORD=Winter-2024-db
# expect-next: MK2701
ENV MLFLOW_BACKEND_STORE_URI postgresql://mlops:Gr4phite@db:5432/mlflow
