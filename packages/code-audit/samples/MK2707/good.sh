mlflow models serve -m models:/churn/3 -p 8080
mlflow models predict -m ./model -i data.json
modelkeep serve -m "$1"
