import { duplicateAgentDirIssues } from './checks/agent-dirs.ts';
import { avatarIssues } from './checks/avatars.ts';
import { channelIssues } from './checks/channel-ids.ts';
import { checkOwnChannels } from './checks/own-channels.ts';
import { readPluginCatalog } from './checks/plugin-catalog.ts';
import { checkPlugins } from './checks/plugins.ts';
import { isJsonObject, type JsonObject, objectAt } from './json-object.ts';
import { legacyIssues } from './legacy/detect.ts';
import { checkStructure } from './schema/check-structure.ts';
import { crossFieldRules } from './schema/cross-field-rules.ts';
import { dottedPath } from './schema/issue.ts';
import { loadSchema } from './schema/load-schema.ts';
import type { ConfigIssue, StatePaths } from './service.ts';

export interface Validation {
  readonly valid: boolean;
  /** With schema defaults; empty for an invalid configuration. */
  readonly value: JsonObject;
  readonly issues: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
  readonly legacyIssues: readonly ConfigIssue[];
}

/**
 * Judges a resolved configuration as the original's loader does: legacy keys, structure with cross-field rules, agent
 * folders, avatars, then channels with plugins (reference config/config.md §8). Each stage runs only when those before
 * it found nothing. `gateway.customBindHost`, which the original's schema forgot, is accepted.
 */
export async function validateConfig(resolved: unknown, paths: StatePaths): Promise<Validation> {
  const legacy = legacyIssues(resolved);
  if (legacy.length > 0) return rejected(legacy, legacy);
  const { config: input, bindHost } = withoutBindHost(resolved);
  const structure = checkStructure(await loadSchema(), input, crossFieldRules);
  if (structure.issues.length > 0 || !isJsonObject(structure.value)) {
    return rejected(structure.issues.map(({ path, message }) => ({ path: dottedPath(path), message })));
  }
  const bound = withBindHost(structure.value, bindHost);
  const own = await checkOwnChannels(bound, paths);
  if (own.issues.length > 0) return rejected(own.issues);
  const { config } = own;

  const folders = duplicateAgentDirIssues(config, paths);
  if (folders.length > 0) return rejected(folders);
  const avatars = avatarIssues(config, paths);
  if (avatars.length > 0) return rejected(avatars);
  if (config.plugins === undefined) {
    const channels = channelIssues(config, own.ids);
    if (channels.length === 0) return { valid: true, value: config, issues: [], warnings: [], legacyIssues: [] };
  }
  const catalog = await readPluginCatalog(config, paths);
  const plugins = await checkPlugins(config, catalog);
  const known = new Set([...own.ids, ...catalog.channelIds]);
  const issues = [...channelIssues(config, known), ...plugins.issues];
  if (issues.length > 0) return { ...rejected(issues), warnings: plugins.warnings };
  return { valid: true, value: config, issues: [], warnings: plugins.warnings, legacyIssues: [] };
}

function rejected(issues: readonly ConfigIssue[], legacy: readonly ConfigIssue[] = []): Validation {
  return { valid: false, value: {}, issues, warnings: [], legacyIssues: legacy };
}

function withoutBindHost(resolved: unknown): { readonly config: unknown; readonly bindHost?: string } {
  const gateway = objectAt(resolved, 'gateway');
  if (!isJsonObject(resolved) || typeof gateway?.customBindHost !== 'string') return { config: resolved };
  const { customBindHost, ...rest } = gateway;
  return { config: { ...resolved, gateway: rest }, bindHost: String(customBindHost) };
}

function withBindHost(config: JsonObject, bindHost: string | undefined): JsonObject {
  if (bindHost === undefined) return config;
  return { ...config, gateway: { ...objectAt(config, 'gateway'), customBindHost: bindHost } };
}
