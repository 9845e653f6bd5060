FROM python:3.11.9-slim
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://models.example.org/model.onnx /models/
ADD model.tar.gz /models/
COPY https.py /app/
