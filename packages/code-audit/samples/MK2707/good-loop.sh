for name in churn football; do
  mlflow models predict -m "models:/$name/1" -i x.json
done
