# mlflow server --host 0.0.0.0
echo "mlflow server --host 0.0.0.0"
cat <<'EOT'
mlflow server --host 0.0.0.0
EOT
