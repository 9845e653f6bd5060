FROM python:3.11.9-slim
RUN pip install \
    # expect-next: MK2508
    --trusted-host pypi.example.org \
    -r requirements.txt
