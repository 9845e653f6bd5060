pip config set global.trusted-host pypi.corp # expect: MK2508
