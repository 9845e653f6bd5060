FROM python:3.11.9-slim
RUN mkdir /mlflow && chmod -R 777 /mlflow # expect: MK2610
# expect-next: MK2610
COPY --chmod=777 models /models
