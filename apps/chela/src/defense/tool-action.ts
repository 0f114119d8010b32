import type { ActionRequest, Provenance } from '@chela/defender';
import type { ProposedAction } from '@chela/tools';

/** What the defender is told of the turn an action belongs to. */
export interface TurnFacts {
  readonly channel: string | undefined;
  readonly sender: Provenance;
  readonly read: readonly Provenance[];
  readonly knowsPrivateData: boolean;
}

const FILE_TOOLS = new Set(['read', 'write', 'edit', 'image', 'memory_get']);
const OUTBOUND_TOOLS = new Set(['message', 'sessions_send', 'tts']);
const PATCH_FILE = /^\*\*\* (?:Add|Update|Delete) File: (.+)$/m;

/** A tool call as the defender judges it (reference defender/defender.md §B.1). */
export function toolAction(action: ProposedAction, turn: TurnFacts): ActionRequest {
  const { tool, arguments: args, agentId, sessionKey, runId, toolCallId } = action;
  const command = commandOf(tool, args);
  const filePath = filePathOf(tool, args);
  const url = text(args.url) ?? text(args.targetUrl);
  const content = contentOf(tool, args);
  return {
    id: `${runId}:${toolCallId}`,
    source: sourceOf(tool, args),
    tool,
    agentId,
    sessionId: sessionKey,
    provenance: turn.sender,
    turnHasRead: turn.read,
    carriesPrivateData: turn.knowsPrivateData,
    raw: args,
    ...(turn.channel !== undefined && { channel: turn.channel }),
    ...(command !== undefined && { command }),
    ...(filePath !== undefined && { filePath }),
    ...(url !== undefined && { url }),
    ...(content !== undefined && { content }),
  };
}

function sourceOf(tool: string, args: ProposedAction['arguments']): string {
  if (OUTBOUND_TOOLS.has(tool)) return 'outbound';
  if (tool === 'nodes') return 'node';
  return tool === 'gateway' && /^config\.|update/.test(text(args.action) ?? '') ? 'config' : 'tool';
}

function commandOf(tool: string, args: ProposedAction['arguments']): string | undefined {
  if (tool === 'exec') return text(args.command);
  if (tool === 'process') return text(args.data) ?? text(args.text);
  if (tool !== 'nodes') return undefined;
  return Array.isArray(args.command) ? args.command.join(' ') : text(args.command);
}

function filePathOf(tool: string, args: ProposedAction['arguments']): string | undefined {
  if (tool === 'apply_patch') return PATCH_FILE.exec(text(args.input) ?? '')?.[1];
  return FILE_TOOLS.has(tool) ? (text(args.path) ?? text(args.file_path) ?? text(args.image)) : undefined;
}

function contentOf(tool: string, args: ProposedAction['arguments']): string | undefined {
  if (OUTBOUND_TOOLS.has(tool)) return text(args.message) ?? text(args.text);
  return tool === 'gateway' ? text(args.raw) : text(args.content);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
