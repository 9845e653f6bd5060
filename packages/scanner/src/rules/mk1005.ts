import { type ReachRule, words } from "./reach.ts";

export const rule: ReachRule = {
  id: "MK1005",
  name: "network",
  title: "The file opens a network connection when it is loaded.",
  severity: "critical",
  verdict: "malicious",
  cwe: "CWE-918",
  does: "talks to the network",
  advice: "Do not load it.",
  reach: words(`
    socket _socket ssl _ssl socketserver selectors select asyncio asyncore asynchat http httplib
    urllib urllib2 urllib3 requests httpx aiohttp websocket websockets ftplib smtplib smtpd poplib
    imaplib nntplib telnetlib xmlrpclib webbrowser antigravity wsgiref pip._vendor.requests botocore
    boto3 boto s3fs gcsfs adlfs fsspec smart_open huggingface_hub transformers.utils.hub
    mlflow.tracking mlflow.artifacts mlflow.store mlflow.utils.rest_utils sklearn.datasets
    scipy.datasets pandas.io.common numpy.DataSource numpy.lib._datasource
    numpy.lib.npyio.DataSource tornado twisted flask fastapi uvicorn grpc zmq redis pymongo psycopg2
    psycopg pymysql MySQLdb kafka pika dns scapy logging.handlers multiprocessing.connection
    multiprocessing.managers email.utils cgi google.cloud google.auth.transport azure.storage
    sqlalchemy.create_engine sqlalchemy.engine
  `),
};
