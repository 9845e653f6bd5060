docker run -v /var/run/docker.sock:/var/run/docker.sock agent:1.0 # expect: MK2604
docker run -v /:/host:ro backup:1.0 # expect: MK2604
docker run --mount type=bind,source=/etc,target=/etc agent:1.0 # expect: MK2604
