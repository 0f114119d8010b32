import { isJsonObject, type JsonObject, objectAt, text } from '../json-object.ts';
import type { ConfigIssue } from '../service.ts';
import type { PluginCatalog } from './plugin-catalog.ts';
import { pluginConfigProblems } from './plugin-config.ts';

export interface PluginFindings {
  readonly issues: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
}

/** `plugins`: every named plugin exists and its configuration fits its schema (reference config/config.md §8). */
export async function checkPlugins(config: JsonObject, catalog: PluginCatalog): Promise<PluginFindings> {
  const section = objectAt(config, 'plugins');
  if (section === undefined) return { issues: [], warnings: [] };
  const entries = objectAt(section, 'entries') ?? {};
  const issues = missingPlugins(section, entries, catalog);
  const warnings: ConfigIssue[] = [];
  for (const [id, schema] of catalog.configSchemas) {
    const entry = objectAt(entries, id);
    const disabled = disabledReason(section, entry, id);
    const hasConfig = isJsonObject(entry?.config);
    if (disabled !== undefined && hasConfig) {
      const message = `plugin disabled (${disabled}) but config is present`;
      warnings.push({ path: `plugins.entries.${id}`, message });
    }
    if (!hasConfig && (disabled !== undefined || entry?.enabled !== true)) continue;
    const path = `plugins.entries.${id}.config`;
    if (schema === undefined) {
      issues.push({ path: `plugins.entries.${id}`, message: `plugin schema missing for ${id}` });
      continue;
    }
    for (const problem of await pluginConfigProblems(schema, entry?.config ?? {})) {
      issues.push({ path, message: `invalid config: ${problem}` });
    }
  }
  return { issues, warnings };
}

function missingPlugins(section: JsonObject, entries: JsonObject, catalog: PluginCatalog): ConfigIssue[] {
  const named: (readonly [string, unknown])[] = [
    ...Object.keys(entries).map((id) => [`plugins.entries.${id}`, id] as const),
    ...listOf(section.allow).map((id) => ['plugins.allow', id] as const),
    ...listOf(section.deny).map((id) => ['plugins.deny', id] as const),
    ['plugins.slots.memory', objectAt(section, 'slots')?.memory],
  ];
  return named.flatMap(([path, value]) => {
    const id = text(value);
    if (id === undefined || catalog.configSchemas.has(id)) return [];
    if (path === 'plugins.slots.memory' && id.toLowerCase() === 'none') return [];
    return [{ path, message: `plugin not found: ${id}` }];
  });
}

function disabledReason(section: JsonObject, entry: JsonObject | undefined, id: string): string | undefined {
  if (section.enabled === false) return 'plugins disabled';
  if (listOf(section.deny).includes(id)) return 'blocked by denylist';
  const allow = listOf(section.allow);
  if (allow.length > 0 && !allow.includes(id)) return 'not in allowlist';
  return entry?.enabled === false ? 'disabled in config' : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
