import type { Localized } from "../../model/text.ts";
import { say } from "./say.ts";

const SOCKETS = /(?:^|\/)(?:docker|containerd|crio|podman)(?:\/(?:docker|containerd|crio|podman))?\.sock$/u;
const HOST_FOLDERS =
  /^(?:\/|\/(?:etc|root|proc|sys|dev|boot|lib\/modules|usr|var|var\/run|run|home|var\/lib\/(?:docker|kubelet|containerd)|etc\/kubernetes)(?:\/)?)$/u;
const CREDENTIALS =
  /(?:^|\/)(?:\.ssh|\.aws|\.kube|\.docker|\.gnupg|\.config\/gcloud)(?:\/(?:config(?:\.json)?|credentials|id_\w+))?\/?$/u;

/** Why mounting this path of the host gives a container power over it; `undefined` when it does not. */
export function reachOfMount(source: string): Localized | undefined {
  const path = source.trim();
  if (SOCKETS.test(path))
    return say(
      `The container engine's socket (${path}) is root on the host`,
      `容器引擎套接字（${path}）等同于宿主机 root`,
    );
  if (HOST_FOLDERS.test(path)) return say(`The host's ${path} is mounted`, `挂载了宿主机的 ${path}`);
  if (CREDENTIALS.test(path))
    return say(`Credentials of a user (${path}) are mounted`, `挂载了用户凭据（${path}）`);
  return undefined;
}
