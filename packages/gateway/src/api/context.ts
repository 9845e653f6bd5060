import type { Services } from "../proxy/services.ts";

/** What the own pages need beside the services. */
export interface OwnContext extends Services {
  readonly dataDir: string;
}
