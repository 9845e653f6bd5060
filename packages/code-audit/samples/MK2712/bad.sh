python train.py $1 # expect: MK2712
mlflow run . -P alpha=$2 # expect: MK2712
python3 evaluate.py $@ # expect: MK2712
