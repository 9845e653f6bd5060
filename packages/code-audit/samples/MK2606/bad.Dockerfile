# expect-next: MK2606
FROM python:latest
# expect-next: MK2606
FROM ghcr.io/mlflow/mlflow
