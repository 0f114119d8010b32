import { readFile, rm } from 'node:fs/promises';
import type { Config } from '@chela/config';
import { expect, it, vi } from 'vitest';
import type { ApprovalRoom, ExecDecision } from '../rooms/approvals.ts';
import type { NodeRoom } from '../rooms/nodes.ts';
import { createBench, textOf } from '../testing/bench.ts';

const PHONE = {
  nodeId: 'af969f2a6f63',
  displayName: 'Tool Phone',
  caps: ['camera'],
  commands: ['camera.snap'],
  connected: true,
};
const HOST = { nodeId: '8519ea3f5572', displayName: 'Build Node', caps: [], commands: ['system.run'], connected: true };
const CONFIG: Config = { tools: { profile: 'full' } };

function roomOf(invoke: NodeRoom['invoke']): NodeRoom {
  return {
    list: async () => [PHONE, HOST],
    invoke,
    approvalsFile: async () => ({ file: {} }),
    commandText: (argv) => argv.join(' '),
    pairing: async () => ({ pending: [], paired: [] }),
    approve: async () => undefined,
    reject: async () => undefined,
  };
}

async function withRoom(
  rooms: { nodes: NodeRoom; approvals?: ApprovalRoom },
  args: Record<string, unknown>,
): Promise<string> {
  const bench = await createBench(CONFIG, { rooms });
  try {
    return textOf(await bench.call('nodes', args));
  } finally {
    await bench.close();
  }
}

it.each([
  ['Nobody', 'unknown node: Nobody (known: Tool Phone, Build Node)'],
  ['Tool Phone', 'system.run requires a companion app or node host; the selected node does not support system.run.'],
])('says for the node %s: %s', async (node, problem) => {
  const nodes = roomOf(async () => ({ payloadJSON: null }));
  const text = await withRoom({ nodes }, { action: 'run', node, command: ['ls'] });
  expect(JSON.parse(text).error).toBe(`agent=main node=${node} gateway=default action=run: ${problem}`);
});

it('takes pictures and keeps them as files', async () => {
  const base64 = Buffer.from('picture').toString('base64');
  const invoke = vi.fn(async () => ({ payload: { format: 'jpg', base64 }, payloadJSON: null }));
  const text = await withRoom(
    { nodes: roomOf(invoke) },
    { action: 'camera_snap', node: 'tool phone', facing: 'front' },
  );
  const path = /^MEDIA:(\S+openclaw-camera-snap-front-[0-9a-f-]+\.jpg)/.exec(text)?.[1] ?? '';
  expect(await readFile(path, 'utf8')).toBe('picture');
  await rm(path);
  expect(invoke).toHaveBeenCalledWith({
    nodeId: PHONE.nodeId,
    command: 'camera.snap',
    params: { facing: 'front', format: 'jpg' },
  });
});

it.each<[ExecDecision, string]>([
  ['allow-once', '"stdout": "done"'],
  ['deny', 'exec denied: user denied'],
  [undefined, 'exec denied: approval timed out'],
])('asks people when the node wants an approval: %s', async (decision, shown) => {
  const invoke = vi.fn<NodeRoom['invoke']>(async ({ params }) => {
    if (params?.approved !== true) throw new Error('SYSTEM_RUN_DENIED: approval required');
    expect(params).toMatchObject({ command: ['ls', '-l'], runId: 'ap', approvalDecision: 'allow-once' });
    return { payload: { stdout: 'done' }, payloadJSON: null };
  });
  const request = vi.fn(async () => ({ id: 'ap', expiresAtMs: 1, decision: Promise.resolve(decision) }));
  const approvals: ApprovalRoom = {
    request,
    claim: async () => true,
    withdraw: async () => true,
    unfinished: async () => [],
    allowAlways: async () => {},
  };
  const args = { action: 'run', node: 'Build Node', command: ['ls', '-l'] };
  expect(await withRoom({ nodes: roomOf(invoke), approvals }, args)).toContain(shown);
  expect(request).toHaveBeenCalledWith(expect.objectContaining({ command: 'ls -l', host: 'node' }));
});
