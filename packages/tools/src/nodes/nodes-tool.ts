import type { ImagePart, TextPart } from '@chela/models';
import type { Clock } from '@chela/observability';
import {
  isRecord,
  optionalFlag,
  optionalNumber,
  optionalText,
  requiredText,
  type ToolArguments,
} from '../call/arguments.ts';
import type { BuiltInTool, CallContext } from '../call/call-context.ts';
import { jsonResult, textResult } from '../call/result.ts';
import { errorMessage, isAbort } from '../call/tool-input-error.ts';
import { contractParameters } from '../contract-parameters.ts';
import type { ApprovalRoom } from '../rooms/approvals.ts';
import type { NodeFacts, NodeRoom } from '../rooms/nodes.ts';
import { fieldSummary } from '../sessions/summary.ts';
import type { ToolResult } from '../tool.ts';
import { findNode } from './find-node.ts';
import { readMedia, saveMedia } from './node-media.ts';
import { runOnNode } from './node-run.ts';

const CLIP_DEFAULT_MS = 3_000;
const RECORDING_DEFAULT_MS = 10_000;
const RECORDING_FPS = 10;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

interface Place {
  readonly room: NodeRoom;
  readonly args: ToolArguments;
  readonly node: NodeFacts;
  readonly context: CallContext;
}

type Action = (place: Place) => Promise<ToolResult>;

/** The members of `args` that were given, as they are. */
function given(args: ToolArguments, keys: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.flatMap((key) => (args[key] === undefined ? [] : [[key, args[key]]])));
}

function durationMs(args: ToolArguments, fallback: number): number {
  const asked = optionalNumber(args, 'durationMs');
  if (asked !== undefined) return asked;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(optionalText(args, 'duration') ?? '');
  return match ? Math.round(Number(match[1]) * (UNIT_MS[match[2] ?? 'ms'] ?? 1)) : fallback;
}

async function ask(
  { room, node, args }: Place,
  command: string,
  params: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const timeoutMs = optionalNumber(args, 'invokeTimeoutMs');
  const request = { nodeId: node.nodeId, command, params };
  return (await room.invoke({ ...request, ...(timeoutMs !== undefined && { timeoutMs }) })).payload;
}

const snap: Action = async (place) => {
  const { args } = place;
  const facing = optionalText(args, 'facing') ?? 'both';
  const options = given(args, ['maxWidth', 'quality', 'delayMs', 'deviceId']);
  const content: (TextPart | ImagePart)[] = [];
  for (const side of facing === 'both' ? ['front', 'back'] : [facing]) {
    const payload = await ask(place, 'camera.snap', { facing: side, ...options, format: 'jpg' });
    const media = readMedia(payload, 'camera.snap');
    content.push({ type: 'text', text: `MEDIA:${await saveMedia(media, `camera-snap-${side}`)}` });
    const mimeType = media.extension === 'png' ? 'image/png' : 'image/jpeg';
    content.push({ type: 'image', data: media.base64, mimeType });
  }
  return { content };
};

const clip: Action = async (place) => {
  const { args } = place;
  const facing = optionalText(args, 'facing') ?? 'front';
  const payload = await ask(place, 'camera.clip', {
    facing,
    durationMs: durationMs(args, CLIP_DEFAULT_MS),
    includeAudio: optionalFlag(args, 'includeAudio') ?? true,
    format: 'mp4',
    ...given(args, ['deviceId']),
  });
  const path = await saveMedia(readMedia(payload, 'camera.clip'), `camera-clip-${facing}`);
  return textResult(`FILE:${path}`, { facing, path });
};

const record: Action = async (place) => {
  const { args } = place;
  const payload = await ask(place, 'screen.record', {
    durationMs: durationMs(args, RECORDING_DEFAULT_MS),
    screenIndex: optionalNumber(args, 'screenIndex') ?? 0,
    fps: optionalNumber(args, 'fps') ?? RECORDING_FPS,
    format: 'mp4',
    includeAudio: optionalFlag(args, 'includeAudio') ?? true,
  });
  const path = await saveMedia(readMedia(payload, 'screen.record'), 'screen-record');
  return textResult(`FILE:${path}`, { path });
};

const locate: Action = async (place) => {
  const timeoutMs = optionalNumber(place.args, 'locationTimeoutMs');
  const wishes = given(place.args, ['maxAgeMs', 'desiredAccuracy']);
  return jsonResult(await ask(place, 'location.get', { ...wishes, ...(timeoutMs !== undefined && { timeoutMs }) }));
};

const notify: Action = async (place) => {
  const { args } = place;
  if (!optionalText(args, 'title') && !optionalText(args, 'body')) throw new Error('title or body required');
  await ask(place, 'system.notify', given(args, ['title', 'body', 'sound', 'priority', 'delivery']));
  return jsonResult({ ok: true });
};

function parsedParams(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch (error) {
    throw new Error(`invokeParamsJson must be valid JSON: ${errorMessage(error)}`);
  }
}

const invoke: Action = async ({ room, node, args }) => {
  const command = requiredText(args, 'invokeCommand');
  const params = parsedParams(optionalText(args, 'invokeParamsJson'));
  const timeoutMs = optionalNumber(args, 'invokeTimeoutMs');
  const request = { nodeId: node.nodeId, command, params };
  return jsonResult(await room.invoke({ ...request, ...(timeoutMs !== undefined && { timeoutMs }) }));
};

/** The `nodes` tool (reference nodes/nodes.md §11). */
export function createNodesTool(deps: {
  readonly clock: Clock;
  readonly room: NodeRoom | undefined;
  readonly approvals: ApprovalRoom | undefined;
}): BuiltInTool {
  const { clock, approvals } = deps;
  const actions: Readonly<Record<string, Action>> = {
    describe: async ({ node }) => jsonResult({ ts: clock.now(), ...node }),
    notify,
    camera_list: async (place) => jsonResult(await ask(place, 'camera.list', {})),
    camera_snap: snap,
    camera_clip: clip,
    screen_record: record,
    location_get: locate,
    run: async ({ room, node, args, context }) =>
      jsonResult((await runOnNode({ room, approvals }, node, args, context)) ?? {}),
    invoke,
  };

  async function pairing(room: NodeRoom, action: 'approve' | 'reject', args: ToolArguments): Promise<ToolResult> {
    const answer = await room[action](requiredText(args, 'requestId'));
    if (answer === undefined) throw new Error('unknown requestId');
    return jsonResult(answer);
  }

  async function act(action: string, args: ToolArguments, context: CallContext): Promise<ToolResult> {
    const { room } = deps;
    if (action === 'status') return jsonResult({ ts: clock.now(), nodes: (await room?.list()) ?? [] });
    if (action === 'pending') return jsonResult((await room?.pairing()) ?? { pending: [], paired: [] });
    if (room && (action === 'approve' || action === 'reject')) return pairing(room, action, args);
    const perform = actions[action];
    if (!perform) throw new Error(`Unknown action: ${action}`);
    const reference = requiredText(args, 'node');
    if (action === 'notify' && (optionalText(args, 'title') ?? optionalText(args, 'body')) === undefined) {
      throw new Error('title or body required');
    }
    const nodes = (await room?.list()) ?? [];
    if (action === 'run' && nodes.length === 0) {
      throw new Error('system.run requires a paired companion app or node host (no nodes available).');
    }
    const node = findNode(nodes, reference);
    if (!room) throw new Error(`unknown node: ${reference}`);
    return perform({ room, args, node, context });
  }

  return {
    name: 'nodes',
    description:
      'Find paired devices and use their camera, screen, location, notifications and commands. status lists them; node takes an id, a name or an address.',
    parameters: contractParameters('nodes'),
    sideEffects: 'possible',
    summary: fieldSummary([
      ['command', 'command'],
      ['node', 'node'],
    ]),
    async run(args, context) {
      const action = optionalText(args, 'action') ?? 'unknown';
      try {
        return await act(action, args, context);
      } catch (error) {
        if (isAbort(error, context.signal)) throw error;
        const node = optionalText(args, 'node') ?? 'auto';
        const gateway = optionalText(args, 'gatewayUrl') ?? 'default';
        const where = `agent=${context.agentId} node=${node} gateway=${gateway} action=${action}`;
        throw new Error(`${where}: ${errorMessage(error)}`, { cause: error });
      }
    },
  };
}
