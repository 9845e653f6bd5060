TOKEN=9f8e7d6c5b4a39281706f5e4d3c2b1a0 # expect: MK2701
curl -H "Authorization: Bearer $TOKEN" https://x.example.org
export MLFLOW_TRACKING_TOKEN="$TOKEN"
mlflow-login --token "$TOKEN"
