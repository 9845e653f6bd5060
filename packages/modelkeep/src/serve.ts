/** The published entry `modelkeep/serve`. */
export {
  type Authoriser,
  GatewayAuthoriser,
  type GatewayAuthOptions,
  ModelServer,
  type ModelServerOptions,
  type ServeEvent,
} from "@modelkeep/model-io";
