export { createNodes, type Nodes } from './create-nodes.ts';
export type { PairedNode } from './node-list.ts';
export { createNodePairing, type NodePairing } from './node-pairing.ts';
export { createNodeRegistry, type NodeRegistry, type NodeSession, normaliseResult } from './node-registry.ts';
export { commandText } from './system-run.ts';
