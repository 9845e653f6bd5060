FROM python:3.11.9-slim
COPY .env.example /app/
COPY src/ requirements.txt /app/
COPY --from=build /root/.netrc /tmp/none
RUN --mount=type=secret,id=env,target=/app/.env python setup.py
