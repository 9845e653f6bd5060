eval "$(conda shell.bash hook)"
eval "$(pyenv init -)"
python -c "import mlflow; print(mlflow.__version__)"
bash -c 'echo ready'
bash -c "cd $HOME && ls"
python train.py --name "$1"
