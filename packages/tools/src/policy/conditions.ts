import { agentConfig, type Config, pluginEnablement } from '@chela/config';
import { isRecord } from '../call/arguments.ts';
import type { ToolScope } from '../tool.ts';

const PATCH_PROVIDERS: ReadonlySet<string> = new Set(['openai', 'openai-codex']);

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
}

function patchOffered(config: Config, scope: ToolScope): boolean {
  const settings = at(config.tools, 'exec', 'applyPatch');
  if (at(settings, 'enabled') !== true) return false;
  const provider = scope.provider.trim().toLowerCase();
  if (!PATCH_PROVIDERS.has(provider)) return false;
  const listed = at(settings, 'allowModels');
  const models = Array.isArray(listed) ? listed.filter((entry) => typeof entry === 'string') : [];
  if (models.length === 0) return true;
  const model = scope.model.trim().toLowerCase();
  return models.some((entry) => [model, `${provider}/${model}`].includes(entry.trim().toLowerCase()));
}

/** The memory tools come with the plugin that has the memory slot, and not for an agent whose memory is off. */
function memoryOffered(config: Config, scope: ToolScope): boolean {
  const own = at(agentConfig(config, scope.agentId), 'memorySearch', 'enabled');
  if ((own ?? at(config.agents?.defaults, 'memorySearch', 'enabled')) === false) return false;
  return pluginEnablement('memory-core', 'bundled', config.plugins).enabled;
}

/** Whether a core tool exists for a caller before any policy (reference agent/tools.md ). */
export function isConditionMet(tool: string, config: Config, scope: ToolScope): boolean {
  if (tool === 'apply_patch') return patchOffered(config, scope);
  if (tool === 'image') return scope.hasImageModel === true;
  if (tool === 'memory_search' || tool === 'memory_get') return memoryOffered(config, scope);
  if (tool === 'web_search') return at(config.tools, 'web', 'search', 'enabled') !== false;
  if (tool === 'web_fetch') return at(config.tools, 'web', 'fetch', 'enabled') !== false;
  return true;
}
