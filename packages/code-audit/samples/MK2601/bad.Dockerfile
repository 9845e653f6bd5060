FROM python:3.11-slim
RUN pip install --no-cache-dir mlflow==3.11.0
EXPOSE 5000
USER 1000
# expect-next: MK2601
CMD ["mlflow", "server", "--host", "0.0.0.0", "--port", "5000"]
