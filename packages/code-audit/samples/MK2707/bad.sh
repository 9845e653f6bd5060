mlflow models serve -m "$1" --env-manager local # expect: MK2707
mlflow models serve --model-uri "$MODEL_URI" --env-manager=local -p 8080 # expect: MK2707
mlflow models predict -m https://models.example.org/churn -i data.json # expect: MK2707
