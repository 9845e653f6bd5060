FROM python:3.11.9-slim
RUN apt-get update && \
    apt-get install -y curl && \
    curl -LsSf https://astral.sh/uv/install.sh | sh # expect: MK2703
RUN <<EOT
set -e
wget -O - https://example.org/setup.sh | bash # expect: MK2703
EOT
