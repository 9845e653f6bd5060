export MLFLOW_TRACKING_INSECURE_TLS=false
curl -fsSL --cacert ca.pem https://mlflow.example.org/health
curl -k https://localhost:8443/health
git config --global http.sslVerify true
# curl -k https://example.org
