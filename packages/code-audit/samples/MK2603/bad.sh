docker run --privileged trainer:1.2 # expect: MK2603
docker run --rm --network host --name x trainer:1.2 # expect: MK2603
docker run --cap-add=SYS_ADMIN trainer:1.2 # expect: MK2603
