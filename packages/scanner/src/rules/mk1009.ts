import { type ReachRule, words } from "./reach.ts";

export const rule: ReachRule = {
  id: "MK1009",
  name: "credentials",
  title: "The file reads credentials or the environment when it is loaded.",
  severity: "critical",
  verdict: "malicious",
  cwe: "CWE-522",
  does: "reads secrets of the machine",
  advice: "Do not load it, and rotate what the loading process could read.",
  reach: words(`
    os.environ os.getenv os.environb posix.environ getpass keyring netrc.netrc boto3.session
    botocore.credentials google.auth azure.identity secretstorage win32cred browser_cookie3
    http.cookiejar mlflow.utils.credentials sys.argv
  `),
};
