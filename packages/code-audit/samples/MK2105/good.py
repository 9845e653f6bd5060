from urllib.request import urlopen

import httpx
import requests

TIMEOUT = (3, 10)


def calls(url, cache, kwargs):
    requests.get(url, timeout=3)
    requests.Session().post(url, timeout=TIMEOUT)
    urlopen(url, timeout=5)
    urlopen(url, None, 5)
    httpx.get(url)
    cache.get(url)
    {}.get(url)
    requests.get(url, **kwargs)
