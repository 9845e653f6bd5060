"""Loads one model folder with plain MLflow, as any service would. Nothing of Modelkeep is here."""

import sys

import mlflow

mlflow.sklearn.load_model(sys.argv[1])
