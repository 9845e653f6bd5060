pip install git+https://github.com/example/features.git # expect: MK2509
