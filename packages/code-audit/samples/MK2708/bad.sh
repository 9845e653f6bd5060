eval "mlflow run . $1" # expect: MK2708
eval $CMD # expect: MK2708
bash -c "mlflow models serve -m $1" # expect: MK2708 MK2707
python -c "import mlflow; mlflow.pyfunc.load_model('$1')" # expect: MK2708
sh -c "$@" # expect: MK2708
