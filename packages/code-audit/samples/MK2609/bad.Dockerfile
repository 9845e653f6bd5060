FROM python:3.11.9-slim
# expect-next: MK2609
ARG PIP_INDEX_PASSWORD
RUN pip install internal-features==1.0
