import { findNode } from '../../nodes/find-node.ts';
import type { NodeFacts } from '../../rooms/nodes.ts';

const NONE =
  'exec host=node requires a paired node (none available). Pair a node first, or set tools.exec.host to gateway.';
const SEVERAL =
  'exec host=node requires a node id when multiple nodes are available (set tools.exec.node or exec.node).';
const CANNOT = 'exec host=node requires a node that supports system.run (companion app or node host).';

export interface NodeWish {
  /** `tools.exec.node` or the session's: no other node may be asked for. */
  readonly bound: string | undefined;
  /** What the call names. */
  readonly asked: string | undefined;
}

/** The node that a command runs on (reference agent/tools.md §4.12 "host=node"). Throws with the contract's sentence. */
export function pickNode(nodes: readonly NodeFacts[], { bound, asked }: NodeWish): NodeFacts {
  const live = nodes.filter(({ connected }) => connected);
  if (live.length === 0) throw new Error(NONE);
  const node = bound === undefined ? undefined : findNode(live, bound);
  if (node !== undefined && asked !== undefined && findNode(live, asked).nodeId !== node.nodeId) {
    throw new Error(`exec node not allowed (bound to ${bound})`);
  }
  const chosen = node ?? (asked === undefined ? theOnly(live) : findNode(live, asked));
  if (!canRun(chosen)) throw new Error(CANNOT);
  return chosen;
}

const canRun = ({ commands }: NodeFacts): boolean => commands.includes('system.run');

function theOnly(nodes: readonly NodeFacts[]): NodeFacts {
  const able = nodes.filter(canRun);
  const [first] = able.length > 0 ? able : nodes;
  if (first === undefined || able.length > 1) throw new Error(SEVERAL);
  return first;
}
