import { TOOL_GROUPS } from './tool-groups.ts';
import { normalizeToolName, TOOL_ORDER } from './tool-names.ts';
import { permits, type ToolPolicy } from './tool-policy.ts';

/** A tool as policies see it: its name, and the plugin it comes from. */
export interface PolicySubject {
  readonly name: string;
  readonly plugin?: string;
}

export interface PolicyLayer {
  /** Names the layer in warnings, e.g. `tools.allow`. */
  readonly label: string;
  readonly policy: ToolPolicy | undefined;
  /** Whether an allow list that names no core tool is taken literally instead of being dropped. */
  readonly literal?: boolean;
}

interface Catalog {
  readonly core: ReadonlySet<string>;
  readonly plugins: ReadonlyMap<string, readonly string[]>;
}

function catalogOf(tools: readonly PolicySubject[]): Catalog {
  const plugins = new Map<string, string[]>();
  for (const { name, plugin } of tools) {
    if (plugin === undefined) continue;
    const id = plugin.toLowerCase();
    plugins.set(id, [...(plugins.get(id) ?? []), normalizeToolName(name)]);
  }
  const core = tools.filter(({ plugin }) => plugin === undefined).map(({ name }) => normalizeToolName(name));
  return { core: new Set(core), plugins };
}

/** Entries with plugin ids and `group:plugins` replaced by the tools they stand for. */
function expandPlugins(entries: readonly string[] | undefined, catalog: Catalog): readonly string[] | undefined {
  return entries?.flatMap((entry) => {
    const name = normalizeToolName(entry);
    if (name === 'group:plugins') return [...catalog.plugins.values()].flat();
    return catalog.plugins.get(name) ?? [name];
  });
}

function sortEntries(allow: readonly string[], catalog: Catalog): { core: boolean; unknown: readonly string[] } {
  const pluginTools = new Set([...catalog.plugins.values()].flat());
  let core = false;
  const unknown: string[] = [];
  for (const entry of allow) {
    const name = normalizeToolName(entry);
    const members = TOOL_GROUPS[name] ?? [name];
    if (name === '*' || members.some((member) => catalog.core.has(member))) core = true;
    else if (name !== 'group:plugins' && !catalog.plugins.has(name) && !members.some((m) => pluginTools.has(m))) {
      unknown.push(entry);
    }
  }
  return { core, unknown };
}

/**
 * What the layers leave over, in the order given. An allow list that names no core tool is dropped, so that naming a
 * plugin does not take the core tools away (reference agent/tools.md ).
 */
export function applyPolicies<T extends PolicySubject>(
  tools: readonly T[],
  layers: readonly PolicyLayer[],
): { readonly tools: readonly T[]; readonly warnings: readonly string[] } {
  const catalog = catalogOf(tools);
  const warnings: string[] = [];
  let left = tools;
  for (const { label, policy, literal } of layers) {
    if (policy === undefined) continue;
    const { core, unknown } = sortEntries(policy.allow ?? [], catalog);
    if (!literal && unknown.length > 0) {
      warnings.push(`tools: ${label} allowlist contains unknown entries (${unknown.join(', ')})`);
    }
    const allow = literal || core ? expandPlugins(policy.allow, catalog) : undefined;
    const deny = expandPlugins(policy.deny, catalog);
    const effective: ToolPolicy = { ...(allow && { allow }), ...(deny && { deny }) };
    left = left.filter(({ name }) => permits(effective, name));
  }
  return { tools: left, warnings };
}

/**
 * Whether the layers may leave over a tool of a source whose tools are not known yet: nothing denies them all, and an
 * allow list that is in force covers the source or names one of its tools.
 */
export function mayUseSource(source: string, layers: readonly PolicyLayer[]): boolean {
  const prefix = `${source.toLowerCase()}__`;
  // A tool nobody has: rules for the whole source cover it, rules for single tools do not.
  const subject: PolicySubject = { name: `${prefix}*`, plugin: source };
  const subjects = [...TOOL_ORDER.map((name): PolicySubject => ({ name })), subject];
  return layers.every((layer) => {
    const named = layer.policy?.allow?.some((entry) => normalizeToolName(entry).startsWith(prefix)) === true;
    return named || applyPolicies(subjects, [layer]).tools.includes(subject);
  });
}
