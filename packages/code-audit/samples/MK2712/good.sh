python train.py "$1" "$@"
mlflow run . -P "alpha=$2"
echo $1
python train.py $EXTRA_ARGS
