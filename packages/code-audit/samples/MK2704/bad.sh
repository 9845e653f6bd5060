export MLFLOW_TRACKING_INSECURE_TLS=true # expect: MK2704
curl -k https://mlflow.example.org/api/2.0/mlflow/registered-models/search # expect: MK2704
curl -fsSLk -o model.pkl https://models.example.org/model.pkl # expect: MK2704
wget --no-check-certificate https://models.example.org/model.pkl # expect: MK2704
git -c http.sslVerify=false clone https://git.example.org/models # expect: MK2704
git config --global http.sslVerify false # expect: MK2704
PYTHONHTTPSVERIFY=0 python train.py # expect: MK2704
