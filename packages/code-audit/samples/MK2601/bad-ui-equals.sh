mlflow ui --host=0.0.0.0 -p 8080 & # expect: MK2601
