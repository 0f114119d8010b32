import { type AgentRuntime, resolveSessionAgentId } from '@chela/agent';
import { agentIds, agentWorkspaceDir, type ConfigService, defaultAgentId, type Env } from '@chela/config';
import { userWords } from '@chela/gateway';
import { createHooks, type HookService, type SaidMessage } from '@chela/hooks';
import type { ModelService } from '@chela/models';
import type { Clock, Logger } from '@chela/observability';
import type { Store, TranscriptEntry } from '@chela/store';
import { createTitleAsker } from './title-asker.ts';

/** Entries read for one message: between two of them stand tool calls and their results. */
const ENTRIES_PER_MESSAGE = 8;

/** The internal hooks of this gateway, over its agents and conversations. */
export function createGatewayHooks(deps: {
  readonly config: ConfigService;
  readonly env: Env;
  readonly store: Store;
  readonly models: ModelService;
  readonly runtime: () => AgentRuntime;
  readonly clock: Clock;
  readonly logger: Logger;
}): HookService {
  const { config, env, store, clock, logger } = deps;
  const workspaceDir = (agentId: string): string => agentWorkspaceDir(config.current(), config.paths, agentId);
  return createHooks({
    config,
    env,
    clock,
    logger,
    rooms: {
      workspaces() {
        const first = defaultAgentId(config.current());
        const homes = [first, ...agentIds(config.current())].map(
          (agentId) => [workspaceDir(agentId), agentId] as const,
        );
        // Of agents that share a workspace the first one lives there.
        return [...new Map(homes.toReversed())].toReversed().map(([dir, agentId]) => ({ agentId, workspaceDir: dir }));
      },
      workspaceOf(sessionKey) {
        const agentId = resolveSessionAgentId(sessionKey, config.current());
        return { agentId, workspaceDir: workspaceDir(agentId) };
      },
      async boot(agentId, text) {
        const sessionKey = `agent:${agentId}:boot`;
        const submitted = await deps.runtime().submit({
          runId: `boot-${crypto.randomUUID()}`,
          source: 'agent',
          agentId,
          sessionKey,
          requestedSessionKey: sessionKey,
          text,
          images: [],
          verbatim: true,
          freshSession: true,
        });
        if (submitted.status !== 'inFlight') await submitted.outcome;
      },
      async lastMessages(sessionId, limit) {
        const entries = await store.transcripts.tail(sessionId, limit * ENTRIES_PER_MESSAGE);
        return entries.flatMap(said).slice(-limit);
      },
      title: createTitleAsker(deps),
    },
  });
}

/** What stands before a chat message for the model alone (reference agent/sessions.md §6.3). */
const CONVERSATION_INFO = /^Conversation info \(untrusted metadata\):\n```json\n[\s\S]*?\n```\n\n/;

/** What a person or the agent said, as people see it; nothing for tools, answers of commands and empty messages. */
function said(entry: TranscriptEntry): readonly SaidMessage[] {
  if (entry.type !== 'message') return [];
  const { role, content, model } = entry.message;
  const isSaid = role === 'user' || (role === 'assistant' && model !== 'gateway-injected');
  if (!isSaid) return [];
  const parts: readonly unknown[] = Array.isArray(content) ? content : [{ type: 'text', text: content }];
  const texts = parts.flatMap((part) =>
    typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string' ? [part.text] : [],
  );
  const text = role === 'user' ? userWords(texts.join('\n').replace(CONVERSATION_INFO, '')) : texts.join('\n');
  return text.trim() === '' ? [] : [{ role, text: text.trim() }];
}
