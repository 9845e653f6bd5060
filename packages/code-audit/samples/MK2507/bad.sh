pip install --extra-index-url=https://pypi.example.org/simple features==1.0 # expect: MK2507
