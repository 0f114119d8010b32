import type { NodeRegistry, NodeSession } from '@chela/nodes';
import type { RemoteFacts } from '@chela/skills';

const PROBE_TIMEOUT_MS = 10_000;
/** Programs that are asked for at once; more come with the next look. */
const PROBE_MAX_NAMES = 500;

interface Probed {
  readonly asked: Set<string>;
  readonly bins: Set<string>;
}

/**
 * Which programs connected macOS nodes have, so that skills for a Mac count where the gateway runs on something else
 * (reference nodes/nodes.md §2). A node is asked with `system.which` when somebody first wants to know; until it has
 * answered its programs do not count.
 */
export function createNodeBins(
  registry: Pick<NodeRegistry, 'list' | 'invoke'>,
): (wanted: readonly string[]) => RemoteFacts | undefined {
  const probed = new WeakMap<NodeSession, Probed>();

  const probe = async ({ nodeId }: NodeSession, known: Probed, names: readonly string[]): Promise<void> => {
    const request = { nodeId, command: 'system.which', params: { bins: names }, timeoutMs: PROBE_TIMEOUT_MS };
    const outcome = await registry.invoke(request);
    if (outcome.kind !== 'answered') return;
    for (const name of foundNames(outcome.payload)) known.bins.add(name);
  };

  return (wanted) => {
    const nodes = registry.list().filter(isProbeable);
    if (nodes.length === 0) return undefined;
    const bins = new Set<string>();
    for (const node of nodes) {
      const known = probed.get(node) ?? { asked: new Set(), bins: new Set() };
      probed.set(node, known);
      const names = wanted.filter((name) => !known.asked.has(name)).slice(0, PROBE_MAX_NAMES);
      for (const name of names) known.asked.add(name);
      // The registry never rejects: an answer that does not come leaves the node without programs.
      if (names.length > 0) void probe(node, known, names);
      for (const name of known.bins) bins.add(name);
    }
    return { platforms: ['darwin'], bins };
  };
}

function isProbeable({ platform, commands }: NodeSession): boolean {
  const isMac = /^(?:mac|darwin)/i.test(platform ?? '');
  return isMac && commands.includes('system.run') && commands.includes('system.which');
}

/** `{bins: {name: path}}`, and a list of names as some nodes send it. */
function foundNames(payload: unknown): readonly string[] {
  if (typeof payload !== 'object' || payload === null || !('bins' in payload)) return [];
  const { bins } = payload;
  if (Array.isArray(bins)) return bins.filter((name) => typeof name === 'string');
  return typeof bins === 'object' && bins !== null ? Object.keys(bins) : [];
}
