#!/bin/sh
mlflow server --host 0.0.0.0 --port 5000 # expect: MK2601
