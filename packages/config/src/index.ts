export type { ConfigIssue, ConfigService, ConfigSnapshot, StatePaths } from './service.ts';
export type * from './types.ts';
// createConfigService({ env, logger, watch }): Promise<ConfigService> comes from create-service.ts
