sudo -u mlflow python3 -m mlflow server --host :: # expect: MK2601
