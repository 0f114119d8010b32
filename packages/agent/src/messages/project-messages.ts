import {
  type AssistantMessage,
  type ModelMessage,
  type ToolCallPart,
  type ToolResultMessage,
  type Usage,
  type UserMessage,
  ZERO_USAGE,
} from '@chela/models';
import type { TranscriptEntry, TranscriptMessage } from '@chela/store';
import { isRecord, readAssistantParts, readUserParts, textOf } from './content-parts.ts';
import { provenanceLine } from './provenance.ts';

/**
 * The message list for a model, computed from the active branch of a transcript and nothing else. Whatever the log
 * holds, every tool call in the result is followed by exactly one result, and no result stands alone
 * (reference agent/sessions.md §4, agent/models.md §9.2).
 */

/** What the model reads for a call whose result was never recorded. */
export const INTERRUPTED_RESULT_TEXT =
  'This call was interrupted and left no result. It may or may not have taken effect: check before repeating it.';

/** Shown for a cut-off answer that the gateway keeps for readers; the model never sees these. */
const ABORT_MARKER = 'openclawAbort';

export function projectMessages(branch: readonly TranscriptEntry[]): readonly ModelMessage[] {
  const entries = afterLastCompaction(branch);
  return entries.flatMap((entry, index) => projectEntry(entry, () => resultsAfter(entries, index)));
}

/** The summary of the last compaction, then the entries it kept, then everything newer. */
function afterLastCompaction(branch: readonly TranscriptEntry[]): readonly TranscriptEntry[] {
  const at = branch.findLastIndex((entry) => entry.type === 'compaction');
  const compaction = branch[at];
  if (compaction?.type !== 'compaction') return branch;
  const keptFrom = branch.findIndex((entry) => entry.id === compaction.firstKeptEntryId);
  const kept = keptFrom === -1 ? [] : branch.slice(keptFrom, at);
  return [compaction, ...kept, ...branch.slice(at + 1)];
}

/**
 * The results that belong to the calls of the message at `index`: those up to the next message with calls. Providers
 * reuse call ids from turn to turn, so the place decides, not the id alone. The first result of a call counts.
 */
function resultsAfter(entries: readonly TranscriptEntry[], index: number): Results {
  const results = new Map<string, ToolResultMessage>();
  for (let at = index + 1; at < entries.length; at += 1) {
    const entry = entries[at];
    if (entry?.type !== 'message') continue;
    if (entry.message.role === 'assistant' && callsOf(entry.message).length > 0) break;
    const result = entry.message.role === 'toolResult' ? readToolResult(entry.message) : undefined;
    if (result !== undefined && !results.has(result.toolCallId)) results.set(result.toolCallId, result);
  }
  return results;
}

type Results = ReadonlyMap<string, ToolResultMessage>;

function callsOf(message: TranscriptMessage): readonly ToolCallPart[] {
  return readAssistantParts(message.content).filter((part) => part.type === 'toolCall');
}

function projectEntry(entry: TranscriptEntry, results: () => Results): readonly ModelMessage[] {
  const timestamp = Date.parse(entry.timestamp);
  switch (entry.type) {
    case 'message':
      return projectMessage(entry.message, results);
    case 'compaction':
      return [note(`The conversation so far, summarised to save space:\n\n${entry.summary}`, timestamp)];
    case 'branch_summary':
      return [note(`Summary of a side branch of this conversation:\n\n${entry.summary}`, timestamp)];
    case 'custom_message':
      return userMessage(entry.content, timestamp);
    default:
      return [];
  }
}

function projectMessage(message: TranscriptMessage, results: () => Results): readonly ModelMessage[] {
  switch (message.role) {
    case 'user':
    case 'custom':
      return userMessage(message.content, message.timestamp, provenanceLine(message.provenance));
    case 'assistant':
      return projectAssistant(message, results);
    case 'compactionSummary':
    case 'branchSummary':
      return typeof message.summary === 'string' ? [note(message.summary, message.timestamp)] : [];
    case 'bashExecution':
      return [note(bashText(message), message.timestamp)];
    default:
      return [];
  }
}

/** Failed and aborted answers, and the copies kept of aborted ones, are for readers only. */
function projectAssistant(message: TranscriptMessage, results: () => Results): readonly ModelMessage[] {
  const stopReason = message.stopReason;
  if (stopReason === 'error' || stopReason === 'aborted' || message[ABORT_MARKER] !== undefined) return [];
  const content = readAssistantParts(message.content);
  const calls = content.filter((part) => part.type === 'toolCall');
  if (calls.length === 0 && textOf(content).trim() === '') return [];
  const assistant: AssistantMessage = {
    role: 'assistant',
    content,
    api: stringOf(message.api),
    provider: stringOf(message.provider),
    model: stringOf(message.model),
    usage: readUsage(message.usage),
    stopReason: stopReason === 'length' || stopReason === 'toolUse' ? stopReason : 'stop',
    timestamp: message.timestamp,
  };
  if (calls.length === 0) return [assistant];
  const found = results();
  return [assistant, ...calls.map((call) => found.get(call.id) ?? interruptedResult(call, message.timestamp))];
}

/** The stand-in for a result that was never recorded. */
function interruptedResult(call: ToolCallPart, timestamp: number): ToolResultMessage {
  return {
    role: 'toolResult',
    toolCallId: call.id,
    toolName: call.name,
    content: [{ type: 'text', text: INTERRUPTED_RESULT_TEXT }],
    isError: true,
    timestamp,
  };
}

function readToolResult(message: TranscriptMessage): ToolResultMessage | undefined {
  const { toolCallId, toolName } = message;
  if (typeof toolCallId !== 'string') return undefined;
  return {
    role: 'toolResult',
    toolCallId,
    toolName: stringOf(toolName),
    content: readUserParts(message.content),
    isError: message.isError === true,
    timestamp: message.timestamp,
  };
}

function userMessage(content: unknown, timestamp: number, before = ''): readonly ModelMessage[] {
  const parts = withPrefix(before, readUserParts(content));
  return parts.length === 0 ? [] : [{ role: 'user', content: parts, timestamp }];
}

function withPrefix(prefix: string, parts: UserMessage['content']): UserMessage['content'] {
  if (prefix === '') return parts;
  const at = parts.findIndex((part) => part.type === 'text');
  if (at === -1) return [{ type: 'text', text: prefix.trim() }, ...parts];
  return parts.map((part, index) =>
    index === at && part.type === 'text' ? { ...part, text: prefix + part.text } : part,
  );
}

function note(text: string, timestamp: number): ModelMessage {
  return { role: 'user', content: [{ type: 'text', text }], timestamp };
}

function bashText(message: TranscriptMessage): string {
  return `I ran this command myself: ${stringOf(message.command)}\n\n${stringOf(message.output)}`;
}

function readUsage(value: unknown): Usage {
  if (!isRecord(value)) return ZERO_USAGE;
  const count = (name: string): number => (typeof value[name] === 'number' ? value[name] : 0);
  return {
    ...ZERO_USAGE,
    input: count('input'),
    output: count('output'),
    cacheRead: count('cacheRead'),
    cacheWrite: count('cacheWrite'),
    totalTokens: count('totalTokens'),
  };
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
