/**
 * The environment of the supervised MLflow: no credential of the gateway's user, no telemetry, no job runner, no
 * assistant. `HOME` is its own folder, so that nothing in the user's home configures it.
 * @param folder MLflow's own folder
 * @param token secret that every request must carry
 */
export function upstreamEnvironment(
  from: NodeJS.ProcessEnv,
  folder: string,
  token: string,
): NodeJS.ProcessEnv {
  return {
    PATH: from["PATH"] ?? "/usr/bin:/bin",
    LANG: from["LANG"] ?? "C.UTF-8",
    ...(from["TMPDIR"] === undefined ? {} : { TMPDIR: from["TMPDIR"] }),
    HOME: folder,
    PYTHONUNBUFFERED: "1",
    PYTHONNOUSERSITE: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    MODELKEEP_UPSTREAM_TOKEN: token,
    MLFLOW_DISABLE_TELEMETRY: "true",
    DO_NOT_TRACK: "true",
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
    MLFLOW_ENABLE_REMOTE_ASSISTANT: "false",
    MLFLOW_ENABLE_ASSISTANT_SANDBOX: "false",
    MLFLOW_ENABLE_WORKSPACES: "false",
    MLFLOW_SERVER_ALLOWED_HOSTS: "127.0.0.1,127.0.0.1:*,localhost,localhost:*",
    GIT_PYTHON_REFRESH: "quiet",
  };
}
