pip install -i http://pypi.example.org/simple mlflow==3.11.0 # expect: MK2506
