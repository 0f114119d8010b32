import type { NodeFacts } from '../rooms/nodes.ts';

/** Shortest piece of an id that stands for it. */
const ID_PREFIX_CHARS = 6;

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

const nameOf = (node: NodeFacts): string => node.displayName ?? node.remoteIp ?? node.nodeId;

/** The node that a reference means: its id, address, name, or the beginning of its id (reference nodes/nodes.md §11). */
export function findNode(nodes: readonly NodeFacts[], reference: string): NodeFacts {
  const matches = nodes.filter(
    ({ nodeId, remoteIp, displayName }) =>
      nodeId === reference ||
      remoteIp === reference ||
      (displayName !== undefined && slug(displayName) !== '' && slug(displayName) === slug(reference)) ||
      (reference.length >= ID_PREFIX_CHARS && nodeId.startsWith(reference)),
  );
  const [first] = matches;
  if (first && matches.length === 1) return first;
  if (!first) {
    const known = nodes.map(nameOf).join(', ');
    throw new Error(`unknown node: ${reference}${known === '' ? '' : ` (known: ${known})`}`);
  }
  throw new Error(`ambiguous node: ${reference} (matches: ${matches.map(nameOf).join(', ')})`);
}
