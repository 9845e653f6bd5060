docker run -v "$PWD/models:/models:ro" -v mlruns:/mlruns serve:1.0
