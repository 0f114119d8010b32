import { type KnownSecrets, redactDeep, redactText } from '@chela/observability';
import type { ToolResult, ToolService } from '@chela/tools';

type Redact = (text: string) => string;

/** What these are given leaves this conversation; what they bring back comes from others. */
const BETWEEN_SESSIONS: ReadonlySet<string> = new Set([
  'sessions_send',
  'sessions_history',
  'sessions_list',
  'message',
]);
const SENDING: ReadonlySet<string> = new Set(['sessions_send', 'message', 'tts']);

/**
 * The tools with the gateway's own secrets taken out of their results, so that none gets into a transcript or a prompt.
 * Between sessions and to channels keys of every known form are taken out too (reference defender/defender.md §B.5).
 */
export function guardedTools<Tools extends ToolService>(tools: Tools, secrets: KnownSecrets): Tools {
  const every: Redact = (text) => redactText(secrets.redact(text));
  const redactOf = (name: string): Redact => (BETWEEN_SESSIONS.has(name) ? every : secrets.redact);
  return {
    ...tools,
    async call(tool, scope, context) {
      const sent = SENDING.has(tool.name) ? { ...tool, arguments: guardedArguments(tool.arguments, every) } : tool;
      return guardedResult(await tools.call(sent, scope, context), redactOf(tool.name));
    },
    async invoke(tool, scope, context) {
      return guardedResult(await tools.invoke(tool, scope, context), redactOf(tool.name));
    },
  };
}

function guardedArguments(given: Readonly<Record<string, unknown>>, redact: Redact): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, redactDeep(value, redact)]));
}

function guardedResult(result: ToolResult, redact: Redact): ToolResult {
  return {
    ...result,
    content: result.content.map((part) => (part.type === 'text' ? { ...part, text: redact(part.text) } : part)),
    ...(result.details !== undefined && { details: redactDeep(result.details, redact) }),
  };
}
