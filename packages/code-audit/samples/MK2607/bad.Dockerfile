FROM python:3.11.9-slim
# expect-next: MK2607
ADD https://models.example.org/model.pkl /models/model.pkl
