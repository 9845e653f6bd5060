/** The published entry `modelkeep/logger`. */
export {
  type Loggable,
  type LoggerLimits,
  type LoggerOptions,
  ModelkeepError,
  SecureMLflowLogger,
  SecureRun,
  type SecretPolicy,
  type StartRunOptions,
} from "@modelkeep/model-io";
