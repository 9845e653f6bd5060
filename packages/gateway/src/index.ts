export { DEFAULT_GATEWAY_LIMITS, type GatewayLimits } from "./proxy/services.ts";
export { type Gateway, type GatewayOptions, startGateway } from "./server.ts";
