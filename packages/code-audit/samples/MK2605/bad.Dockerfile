FROM python:3.11.9-slim
USER app
RUN pip install mlflow==3.11.0
# expect-next: MK2605
USER root
CMD ["python", "serve.py"]
