import type { NodeSession } from './node-registry.ts';

/** A device that is paired with the role node. */
export interface PairedNode {
  readonly nodeId: string;
  readonly displayName?: string;
  readonly platform?: string;
  readonly remoteIp?: string;
}

/** One row of `node.list` (reference nodes/nodes.md §5). */
export interface ListedNode extends PairedNode {
  readonly version?: string;
  readonly deviceFamily?: string;
  readonly modelIdentifier?: string;
  readonly caps: readonly string[];
  readonly commands: readonly string[];
  readonly pathEnv?: string;
  readonly permissions?: Readonly<Record<string, boolean>>;
  readonly connectedAtMs?: number;
  readonly paired: boolean;
  readonly connected: boolean;
}

const FACTS = ['displayName', 'platform', 'version', 'deviceFamily', 'modelIdentifier', 'remoteIp'] as const;

const sortedUnique = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

function listedNode(nodeId: string, paired: PairedNode | undefined, live: NodeSession | undefined): ListedNode {
  const known: Partial<Record<(typeof FACTS)[number], string>> = { ...paired, ...live };
  const facts = FACTS.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]]]));
  return {
    nodeId,
    ...Object.fromEntries(facts),
    caps: sortedUnique(live?.caps ?? []),
    commands: sortedUnique(live?.commands ?? []),
    ...(live?.pathEnv !== undefined && { pathEnv: live.pathEnv }),
    ...(live?.permissions && { permissions: live.permissions }),
    ...(live && { connectedAtMs: live.connectedAtMs }),
    paired: paired !== undefined,
    connected: live !== undefined,
  };
}

function before(a: ListedNode, b: ListedNode): number {
  if (a.connected !== b.connected) return a.connected ? -1 : 1;
  const name = (node: ListedNode): string => (node.displayName ?? node.nodeId).toLowerCase();
  return name(a).localeCompare(name(b)) || a.nodeId.localeCompare(b.nodeId);
}

/** Paired and connected nodes as one list: connected ones first, then by name. Live facts win over stored ones. */
export function listNodes(paired: readonly PairedNode[], live: readonly NodeSession[]): readonly ListedNode[] {
  const stored = new Map(paired.map((node) => [node.nodeId, node]));
  const sessions = new Map(live.map((session) => [session.nodeId, session]));
  const ids = [...new Set([...stored.keys(), ...sessions.keys()])];
  return ids.map((id) => listedNode(id, stored.get(id), sessions.get(id))).sort(before);
}
