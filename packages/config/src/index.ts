export { CORE_CHANNEL_IDS } from './channel-ids.ts';
export { BOOTSTRAP_NAMES, MEMORY_NAMES } from './context-files.ts';
export { CONFIG_CONTRACT_VERSION } from './contract-version.ts';
export { type ConfigServiceDeps, createConfigService } from './create-service.ts';
export { checkSubmitted } from './edit/check-submitted.ts';
export { ConfigPathError, parseConfigPath, valueAtPath } from './edit/config-path.ts';
export {
  ConfigConflictError,
  type ConfigEditor,
  ConfigRejectedError,
  createConfigEditor,
} from './edit/create-editor.ts';
export { mergePatch } from './edit/diff-config.ts';
export { type ConfigEdit, editConfigText } from './edit/edit-text.ts';
export { type Env, firstSet, isTruthy } from './env.ts';
export { explainIssue } from './explain-issue.ts';
export { ensureFirstRun, type FirstRun } from './first-run.ts';
export { equalJson } from './json-object.ts';
export { type ConfigMending, planMending } from './legacy/mend-config.ts';
export { type Migration, migrateLegacyConfig } from './legacy/migrate.ts';
export { type ConfigOverrides, withOverrides } from './overrides.ts';
export { pluginEnablement } from './plugins/enablement.ts';
export { configHash } from './read/hash.ts';
export { parseJson5 } from './read/parse-json5.ts';
export { type ConfigReading, readConfig } from './read/read-config.ts';
export {
  configSecrets,
  REDACTED_SENTINEL,
  RedactedValueError,
  redactedConfig,
  redactedSnapshot,
  restoreRedacted,
} from './redact/redact-config.ts';
export { planReload, type ReloadPlan } from './reload/plan-reload.ts';
export {
  createRestorePoints,
  RestoreDamagedError,
  type RestorePoints,
  RestoreSpaceError,
} from './restore/create-restore-points.ts';
export type { KeptFile, RestorePoint, RestoreReason } from './restore/restore-point.ts';
export { withoutOwnSections } from './schema/own-sections.ts';
export { type ChannelDescription, type ConfigSchemaPayload, configSchemaPayload } from './schema-payload.ts';
export { agentDir, agentSessionsDir, agentWorkspaceDir, credentialsDir } from './select/agent-folders.ts';
export {
  agentConfig,
  agentConfigs,
  agentIds,
  DEFAULT_AGENT_ID,
  defaultAgentId,
  normalizeAgentId,
} from './select/agents.ts';
export { clientCredentials, type GatewayAuth, type GatewayAuthMode, gatewayAuth } from './select/gateway-auth.ts';
export { DEFAULT_GATEWAY_PORT, gatewayPort } from './select/gateway-port.ts';
export { resolveUserPath } from './select/resolve-user-path.ts';
export { type ScopeFacts, scopeAllows, scopeMatches } from './select/scope-rules.ts';
export { type TlsFiles, tlsFiles } from './select/tls-files.ts';
export type { ConfigIssue, ConfigService, ConfigSnapshot, StatePaths } from './service.ts';
export { resolveStatePaths } from './state-paths.ts';
export type * from './types.ts';
export { type Validation, validateConfig } from './validate.ts';
export { writePrivateFile } from './write-private-file.ts';
