import os
import ssl

import httpx
import requests


class Form:
    def submit(self, verify):
        return verify


def calls(url, signature):
    requests.get(url, verify=True, timeout=3)
    requests.get(url, verify="/etc/ssl/ca.pem", timeout=3)
    httpx.Client(verify=ssl.create_default_context())
    Form().submit(verify=False)
    os.environ["MLFLOW_TRACKING_INSECURE_TLS"] = "false"
    context = ssl.create_default_context()
    context.verify_mode = ssl.CERT_REQUIRED
    signature.verify = True
