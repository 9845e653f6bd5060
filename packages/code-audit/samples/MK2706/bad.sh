mlflow server --default-artifact-root / # expect: MK2706
mlflow server --default-artifact-root file:/// # expect: MK2706
mlflow server --artifacts-destination /tmp/mlartifacts # expect: MK2706
mlflow server --serve-artifacts --artifacts-destination="$HOME" # expect: MK2706
