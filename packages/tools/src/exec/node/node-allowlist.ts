import { isRecord } from '../../call/arguments.ts';
import type { NodeFacts, NodeRoom } from '../../rooms/nodes.ts';
import { judgeCommand } from '../allowlist.ts';
import { type ResolvedApprovals, resolveApprovals } from '../approvals-file.ts';
import { analyseCommand } from '../command-analysis.ts';

/** What the node's own approvals file says about an agent; undefined when the node does not show it. */
export async function nodeApprovals(
  room: NodeRoom,
  node: NodeFacts,
  agentId: string,
): Promise<ResolvedApprovals | undefined> {
  const answer = await room.approvalsFile(node.nodeId).catch(() => undefined);
  const file = isRecord(answer) ? answer.file : undefined;
  return isRecord(file) ? resolveApprovals(file, agentId) : undefined;
}

/**
 * Whether every program of a command is on the node's allowlist. Where the programs lie is asked of the node: the
 * gateway's own folders say nothing about it. Harmless filters do not count there.
 */
export async function isOnNodeAllowlist(
  room: NodeRoom,
  node: NodeFacts,
  command: string,
  { allowlist }: ResolvedApprovals,
): Promise<boolean> {
  const platform = node.platform?.toLowerCase().startsWith('win') ? 'win32' : 'linux';
  const analysis = analyseCommand(command, platform);
  if (!analysis.ok || allowlist.length === 0) return false;
  const words = analysis.pipelines.flatMap(({ segments }) => segments.map(({ argv }) => argv[0] ?? ''));
  const paths = await programPaths(room, node, words);
  const verdict = await judgeCommand(command, {
    allowlist,
    safeBins: [],
    platform,
    place: { cwd: '/', homeDir: '~', path: '', find: (word) => paths.get(word) },
  });
  return verdict.satisfied;
}

/** Absolute paths of programs by the words that name them. */
async function programPaths(
  room: NodeRoom,
  node: NodeFacts,
  words: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const absolute = words.filter((word) => word.startsWith('/')).map((word) => [word, word] as const);
  const bare = [...new Set(words.filter((word) => /^[\w.+-]+$/.test(word)))];
  if (bare.length === 0 || !node.commands.includes('system.which')) return new Map(absolute);
  const request = { nodeId: node.nodeId, command: 'system.which', params: { bins: bare } };
  const { payload } = await room.invoke(request).catch(() => ({ payload: undefined }));
  const bins = isRecord(payload) && isRecord(payload.bins) ? payload.bins : {};
  const found = bare.flatMap((name) => {
    const path = Object.hasOwn(bins, name) ? bins[name] : undefined;
    return typeof path === 'string' ? [[name, path] as const] : [];
  });
  return new Map([...absolute, ...found]);
}
