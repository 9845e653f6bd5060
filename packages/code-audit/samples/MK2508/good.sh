pip config set global.timeout 60
pip config set global.index-url https://pypi.example.org/simple
