uvicorn mlflow.server.fastapi_app:app --host 0.0.0.0 --port 5000 # expect: MK2601
