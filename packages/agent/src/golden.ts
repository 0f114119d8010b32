import { normalizeCommand, parseCommand } from './commands/parse-command.ts';
import { agentRoutingCase } from './golden/agent-routing.ts';
import { blockChunkerCase, chunksCase } from './golden/chunks.ts';
import { contextFilesCase } from './golden/context-files.ts';
import { count, fieldsOf, text } from './golden/fields.ts';
import { inlineDirectivesCase } from './golden/inline-directives.ts';
import { queueCase } from './golden/queue.ts';
import { sessionKeysCase } from './golden/session-keys.ts';
import { sessionMiscCase } from './golden/session-misc.ts';
import { sessionResetCase } from './golden/session-reset.ts';
import { slashReplyCase } from './golden/slash-replies.ts';
import { isEmptyHeartbeatFile, stripHeartbeatToken } from './reply/heartbeat-token.ts';
import { parseReplyDirectives } from './reply/reply-directives.ts';
import { isSilentReply } from './reply/silent-reply.ts';

/**
 * Runs a case of a golden table of reference agent/golden: the case's `in` to our `out`. `null` stands for "no value".
 */
export type GoldenRunner = (input: unknown, table: { readonly fixture?: unknown }) => unknown;

export const goldenRunners: Readonly<Record<string, GoldenRunner>> = {
  'session-keys': (input) => sessionKeysCase(fieldsOf(input)),
  'session-misc': (input) => sessionMiscCase(fieldsOf(input)),
  'session-reset': (input) => sessionResetCase(fieldsOf(input)),
  'context-files': (input) => contextFilesCase(fieldsOf(input)),
  'inline-directives': (input) => inlineDirectivesCase(fieldsOf(input)),
  'slash-replies': (input) => slashReplyCase(fieldsOf(input)),
  queue: (input) => queueCase(fieldsOf(input)),
  'block-chunker': (input) => blockChunkerCase(fieldsOf(input)),
  'chunk-text': (input) => chunksCase(fieldsOf(input)),
  'chunk-markdown': (input) => chunksCase(fieldsOf(input)),
  'chunk-modes': (input) => chunksCase(fieldsOf(input)),
  'agent-routing': (input, table) => agentRoutingCase(fieldsOf(input), fieldsOf(fieldsOf(table).configs)),
  'slash-commands-parse': (input) => {
    const { raw, botUsername } = fieldsOf(input);
    const normalized = normalizeCommand(text(raw) ?? '', text(botUsername));
    return { normalized, command: parseCommand(normalized) };
  },
  'reply-directives': (input) => {
    const { text: raw, currentMessageId } = fieldsOf(input);
    return parseReplyDirectives(text(raw) ?? '', text(currentMessageId));
  },
  'heartbeat-silent-tokens': (input) => {
    const { fn, text: raw, content, mode, maxAckChars } = fieldsOf(input);
    if (fn === 'silent') return isSilentReply(text(raw) ?? '');
    if (fn === 'emptyFile') return isEmptyHeartbeatFile(text(content));
    const ackMaxChars = count(maxAckChars);
    return stripHeartbeatToken(text(raw) ?? '', {
      mode: mode === 'heartbeat' ? 'heartbeat' : 'message',
      ...(ackMaxChars === undefined ? {} : { ackMaxChars }),
    });
  },
};
