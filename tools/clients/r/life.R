# The life of a run with the requests that the R package `mlflow` sends, call for call: httr, JSON bodies, `run_uuid`
# beside `run_id`. The package itself is on CRAN only. Arguments: address, API key.
library(httr)
library(jsonlite)

arguments <- commandArgs(TRUE)
authorization <- add_headers(Authorization = paste("Bearer", arguments[2]))
agent <- user_agent("mlflow-r-client/2.17.2")

mlflow <- function(verb, path, fields) {
  url <- paste0(arguments[1], "/api/2.0/mlflow/", path)
  answer <- if (verb == "GET") {
    GET(url, query = fields, authorization, agent, timeout(60))
  } else {
    POST(url, body = toJSON(fields, auto_unbox = TRUE), content_type_json(), authorization, agent, timeout(60))
  }
  text <- content(answer, "text", encoding = "UTF-8")
  if (status_code(answer) != 200) stop(paste(verb, path, status_code(answer), text))
  fromJSON(text, simplifyVector = FALSE)
}

stamp <- format(Sys.time(), "%H%M%OS6")
experiment <- mlflow("POST", "experiments/create", list(name = paste0("r-", stamp)))$experiment_id
tags <- list(list(key = "mlflow.user", value = "r"))
run <- mlflow("POST", "runs/create", list(experiment_id = experiment, start_time = "1700000000000", tags = tags))$run
id <- run$info$run_id
both <- list(run_uuid = id, run_id = id)
invisible(mlflow("POST", "runs/log-parameter", c(both, key = "alpha", value = "0.5")))
invisible(mlflow("POST", "runs/log-metric", c(both, key = "rmse", value = 1.25, timestamp = 1700000000000, step = 0)))
invisible(mlflow("POST", "runs/set-tag", c(both, key = "colour", value = "green")))
invisible(mlflow("POST", "runs/update", c(both, status = "FINISHED", end_time = "1700000000001")))
read <- mlflow("GET", "runs/get", both)$run$data
stopifnot(read$params[[1]]$value == "0.5", read$metrics[[1]]$value == 1.25)
found <- mlflow("POST", "runs/search", list(experiment_ids = list(experiment), filter = "", max_results = 10))
stopifnot(length(found$runs) == 1)
cat("r: a run was written, read and found\n")
