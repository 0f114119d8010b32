import { dirname, resolve } from 'node:path';
import type { Config, StatePaths } from '@chela/config';
import { isRecord } from '../../methods/record.ts';
import { numberSetting, settingAt, textSetting, textsSetting } from '../settings.ts';
import { GMAIL_MAPPING } from './gmail-preset.ts';
import type { HookMapping } from './hook-mapping.ts';
import type { HookSessionPolicy } from './hook-session-key.ts';

/** `hooks` of the configuration while it is enabled (reference protocol/http.md §5). */
export interface HookSettings {
  /** Leading slash, no trailing one. */
  readonly basePath: string;
  readonly token: string;
  readonly maxBodyBytes: number;
  readonly sessionPolicy: HookSessionPolicy;
  /** Undefined: every agent. */
  readonly allowedAgentIds: readonly string[] | undefined;
  readonly mappings: readonly HookMapping[];
  /** Folder that transforms must lie in. */
  readonly transformsRoot: string;
  /** Folder that a transform's module is named from. */
  readonly transformsDir: string;
}

const DEFAULT_PATH = '/hooks';
const BODY_MAX_BYTES = 256 * 1024;

/** Undefined while hooks are off, or lack the token or the path without which they may not be served. */
export function hookSettings(config: Config, paths: Pick<StatePaths, 'configPath'>): HookSettings | undefined {
  const { hooks } = config;
  if (!isRecord(hooks) || hooks.enabled !== true) return undefined;
  const token = textSetting(hooks.token);
  const basePath = hookBasePath(hooks.path);
  if (token === undefined || basePath === undefined) return undefined;
  const transformsRoot = resolve(dirname(paths.configPath), 'hooks', 'transforms');
  return {
    basePath,
    token,
    maxBodyBytes: numberSetting(hooks.maxBodyBytes) ?? BODY_MAX_BYTES,
    sessionPolicy: sessionPolicyOf(hooks),
    allowedAgentIds: textsSetting(hooks.allowedAgentIds),
    mappings: hookMappings(hooks),
    transformsRoot,
    transformsDir: resolve(transformsRoot, textSetting(hooks.transformsDir) ?? '.'),
  };
}

/** The root would swallow every other path, so it is no place for hooks. */
function hookBasePath(path: unknown): string | undefined {
  const inner = (textSetting(path) ?? DEFAULT_PATH).replace(/^\/+|\/+$/g, '');
  return inner === '' ? undefined : `/${inner}`;
}

function sessionPolicyOf(hooks: Readonly<Record<string, unknown>>): HookSessionPolicy {
  const defaultSessionKey = textSetting(hooks.defaultSessionKey);
  const prefixes = textsSetting(hooks.allowedSessionKeyPrefixes);
  return {
    allowRequestSessionKey: hooks.allowRequestSessionKey === true,
    ...(defaultSessionKey !== undefined && { defaultSessionKey }),
    ...(prefixes !== undefined && { allowedSessionKeyPrefixes: prefixes }),
  };
}

/** The configured mappings, then those of the presets. */
export function hookMappings(hooks: Readonly<Record<string, unknown>>): readonly HookMapping[] {
  const own = Array.isArray(hooks.mappings) ? hooks.mappings.filter(isRecord) : [];
  const presets = textsSetting(hooks.presets) ?? [];
  if (!presets.includes('gmail')) return own;
  const unsafe = settingAt(hooks, 'gmail', 'allowUnsafeExternalContent') === true;
  return [...own, unsafe ? { ...GMAIL_MAPPING, allowUnsafeExternalContent: true } : GMAIL_MAPPING];
}
