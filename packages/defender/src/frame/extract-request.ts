import { type ActionRequest, PROVENANCES, type SessionHints } from '../action-request.ts';
import { isRecord } from '../is-record.ts';

/** Keys under which a foreign frame may carry a field; the first string found depth-first counts (reference defender/defender.md §A). */
const FIELD_KEYS = {
  prompt: ['prompt', 'message', 'text', 'input'],
  command: ['command', 'shell', 'bash', 'exec'],
  tool: ['tool', 'tool_name', 'toolName'],
  channel: ['channel', 'channel_name', 'channelName', 'platform', 'provider'],
  url: ['url', 'artifact_url', 'artifactUrl'],
  filePath: ['file_path', 'filePath', 'artifact_path', 'artifactPath'],
  id: ['id', 'request_id', 'requestId', 'runId', 'action_id', 'actionId'],
  sessionId: ['session_id', 'sessionId'],
} as const;

type Field = keyof typeof FIELD_KEYS;

/** Deeper values are not looked at; real frames have a tenth of it. */
const MAX_DEPTH = 64;
/** A frame with more values than this is looked at up to here. */
const MAX_VALUES = 100_000;

/**
 * The action a frame asks for, or undefined when it is none: no prompt, command, URL or file path in it. `fallbackId`
 * names an action that has no id of its own.
 */
export function extractActionRequest(frame: unknown, fallbackId: string): ActionRequest | undefined {
  const found = findFields(frame);
  const { prompt, command, url, filePath } = found;
  if (prompt === undefined && command === undefined && url === undefined && filePath === undefined) return undefined;
  const tool = found.tool?.trim().toLowerCase();
  const channel = found.channel?.trim().toLowerCase();
  const hints = findHints(frame);
  const provenance = PROVENANCES.find((known) => known === findValue(frame, 'provenance'));
  return {
    id: found.id ?? fallbackId,
    source: frameSource(frame),
    raw: frame,
    ...(found.sessionId !== undefined && { sessionId: found.sessionId }),
    ...(prompt !== undefined && { prompt }),
    ...(command !== undefined && { command }),
    ...(tool && { tool }),
    ...(channel && { channel }),
    ...(url !== undefined && { url }),
    ...(filePath !== undefined && { filePath }),
    ...(provenance !== undefined && { provenance }),
    ...(hints !== undefined && { hints }),
  };
}

function findFields(frame: unknown): Partial<Record<Field, string>> {
  const found: Partial<Record<Field, string>> = {};
  const fields = new Map<string, Field>(
    fieldNames().flatMap((field) => FIELD_KEYS[field].map((key) => [key, field] as const)),
  );
  visit(frame, (key, value) => {
    const field = fields.get(key);
    if (field !== undefined && typeof value === 'string') found[field] ??= value;
  });
  return found;
}

function fieldNames(): readonly Field[] {
  return ['prompt', 'command', 'tool', 'channel', 'url', 'filePath', 'id', 'sessionId'];
}

/** The first value under a key, depth first; undefined when there is none. */
function findValue(frame: unknown, wanted: string): unknown {
  let found: unknown;
  visit(frame, (key, value) => {
    if (key === wanted) found ??= value;
  });
  return found;
}

function findHints(frame: unknown): SessionHints | undefined {
  const sessionKind = findValue(frame, 'sessionKind');
  const chatType = findValue(frame, 'chatType');
  const wasMentioned = findValue(frame, 'wasMentioned');
  const replyBack = findValue(frame, 'replyBack');
  const deliveryContext = findValue(frame, 'deliveryContext');
  const hints: SessionHints = {
    ...(typeof sessionKind === 'string' && { sessionKind }),
    ...(typeof chatType === 'string' && { chatType }),
    ...(typeof wasMentioned === 'boolean' && { wasMentioned }),
    ...(typeof replyBack === 'boolean' && { replyBack }),
    ...(isRecord(deliveryContext) && { deliveryContext }),
  };
  return Object.keys(hints).length > 0 ? hints : undefined;
}

function frameSource(frame: unknown): string {
  if (!isRecord(frame)) return 'frame';
  const name = [frame.method, frame.event, frame.type].find((value) => typeof value === 'string' && value !== '');
  return typeof name === 'string' ? name : 'frame';
}

/** Calls `see` for every keyed value, a value before what is inside it, in the order of the frame. */
function visit(frame: unknown, see: (key: string, value: unknown) => void): void {
  let left = MAX_VALUES;
  const walk = (value: unknown, depth: number): void => {
    if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      left -= 1;
      if (left < 0) return;
      if (!Array.isArray(value)) see(key, inner);
      walk(inner, depth + 1);
    }
  };
  walk(frame, 0);
}
