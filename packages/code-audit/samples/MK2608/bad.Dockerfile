FROM python:3.11.9-slim
# expect-next: MK2608
COPY .env /app/.env
# expect-next: MK2608
COPY --chown=app:app .aws/credentials /home/app/.aws/credentials
# expect-next: MK2608
ADD ["id_rsa", "/root/.ssh/id_rsa"]
