gunicorn -w 4 -b 0.0.0.0:5000 mlflow.server:app # expect: MK2601
