mlflow models serve -m models:/churn/3 --host 0.0.0.0 --port 8080
gunicorn -b 0.0.0.0:8000 app:app
uvicorn service.main:app --host 0.0.0.0
