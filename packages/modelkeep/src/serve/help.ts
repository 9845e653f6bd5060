export const HELP = `Examples
  modelkeep serve -m models:/football@champion -p 5001
  curl -d '{"inputs": [[5.1, 3.5, 1.4, 0.2]]}' -H 'content-type: application/json' 127.0.0.1:5001/invocations
  modelkeep serve -m iris=models:/iris@champion -m wine=./wine --workers 2
  modelkeep serve -m models:/football@champion --host 0.0.0.0 --auth gateway --gateway https://mlflow.example

Usage: modelkeep serve -m [NAME=]URI|FOLDER [OPTIONS]

  -m, --model-uri URI       folder, models:/…, runs:/…, mlflow-artifacts:/…; several as NAME=URI
  -h, --host HOST           default 127.0.0.1: without --auth, only this machine reaches the models
  -p, --port PORT           default 5000; 0 takes a free one
  -w, --workers N           processes, each with the models in it; default 1
  -t, --timeout SECONDS     longest time for one request; default 60
      --engine ENGINE       auto, native (never starts Python) or sandbox; default auto
      --env-manager NAME    local: the managed Python; uv, virtualenv: built from the model's requirements; auto
      --sandbox-driver NAME bubblewrap, podman or docker: what shuts the model in; default bubblewrap
      --policy FILE         scan policy
      --fallback WHAT       none, or last-verified: the last version that passed everything; default none
      --audit-log DIR       records each access there; modelkeep auditlog --data DIR reads it
      --auth gateway        callers present an API key of the gateway, and need READ on the registered model
      --gateway URL         that gateway; default MODELKEEP_GATEWAY, gateway.url of modelkeep.yaml, the tracking URI
      --poll-seconds N      how often it is looked whether an alias moved; default 5, 0 for never
      --max-request-bytes N largest request body; default 67108864
      --max-concurrent N    requests at the same time, above which 503 is answered; default 256
      --drain-delay SECONDS after SIGTERM, time for load balancers to see that /ready is down; default 1
      --drain-timeout SECONDS longest wait for requests under way; default 30
      --no-batching         evaluate each request alone
      --help

Answers /invocations, /ping, /health, /version, /metrics as mlflow models serve, the Open Inference Protocol (KServe v2)
under /v2, /models/NAME/invocations for several models, /ready and /openapi.json. --no-conda,
--install-mlflow and --enable-mlserver are taken for mlflow's sake and have no effect. Each option may come from
MODELKEEP_SERVE_<OPTION> or serve: in modelkeep.yaml. More in docs/serving.md.
`;
