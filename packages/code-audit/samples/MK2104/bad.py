import os
import ssl

import aiohttp
import boto3
import httpx
import requests
import urllib3

VERIFY = False


class Client:
    def __init__(self):
        self.session = requests.Session()
        self.session.verify = False  # expect: MK2104

    def get(self, url):
        return self.session.get(url, timeout=3, verify=VERIFY)  # expect: MK2104


async def calls(url):
    requests.get(url, verify=False, timeout=3)  # expect: MK2104
    httpx.Client(verify=False)  # expect: MK2104
    ssl._create_default_https_context = ssl._create_unverified_context  # expect: MK2104
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # expect: MK2104
    urllib3.PoolManager(cert_reqs="CERT_NONE")  # expect: MK2104
    boto3.client("s3", verify=False)  # expect: MK2104
    aiohttp.TCPConnector(ssl=False)  # expect: MK2104
    os.environ["MLFLOW_TRACKING_INSECURE_TLS"] = "true"  # expect: MK2104
    os.environ.update({"MLFLOW_TRACKING_INSECURE_TLS": "true"})  # expect: MK2104
    options = {"verify": False, "timeout": 3}
    requests.post(url, **options)  # expect: MK2104
