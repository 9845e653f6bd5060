FROM python:3.11.9-slim AS base
USER root
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1
USER 1000:1000

FROM base
CMD ["mlflow", "models", "serve", "-m", "/model"]
