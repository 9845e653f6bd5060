uv run mlflow gateway start --config-path config.yaml --host 0.0.0.0 # expect: MK2601
