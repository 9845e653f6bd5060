import urllib.request
from urllib.request import urlopen

import httpx
import requests
from requests import Session, post


def calls(url):
    requests.get(url)  # expect: MK2105
    requests.request("GET", url, headers={})  # expect: MK2105
    post(url, json={}, timeout=None)  # expect: MK2105
    Session().get(url)  # expect: MK2105
    with requests.Session() as session:
        session.put(url, data=b"")  # expect: MK2105
    urllib.request.urlopen(url)  # expect: MK2105
    urlopen(url)  # expect: MK2105
    httpx.get(url, timeout=None)  # expect: MK2105
