import { silentLogger, systemClock } from '@chela/observability';
import { createStore } from './open-store.ts';

/**
 * For the durability test: a process that sends messages through the ledger until it is killed. What it says on stdout it
 * says only after the store has promised it: `accepted <run>`, `ended <run>`.
 */

const SESSIONS = 4;
const [stateDir = '', round = '0'] = process.argv.slice(2);

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const store = await createStore({
  stateDir,
  mirror: true,
  workspaceDir: () => '/home/user/workspace',
  clock: systemClock,
  logger: silentLogger(),
});
const { ledger } = store;

for (const { inbox, toolCalls } of await ledger.unfinished()) {
  const { runId } = inbox;
  const sessionId = sessionOf(runId);
  for (const call of toolCalls) {
    if (call.state !== 'running') continue;
    const result = { role: 'toolResult' as const, content: 'interrupted', timestamp: 0 };
    await ledger.finishToolCall({
      runId,
      sessionId,
      toolCallId: call.toolCallId,
      state: 'interrupted',
      result: { type: 'message', message: result },
    });
  }
  await turn(runId);
}

for (let n = 0; ; n += 1) {
  const runId = `run-${round}-${n}`;
  const key = `agent:main:${sessionOf(runId)}`;
  await ledger.accept({ runId, source: 'chat.send', agentId: 'main', sessionKey: key, body: { n } });
  say(`accepted ${runId}`);
  await turn(runId);
}

async function turn(runId: string): Promise<void> {
  const sessionId = sessionOf(runId);
  const message = (role: 'user' | 'assistant' | 'toolResult', content: string) =>
    ({ type: 'message', message: { role, content, timestamp: 0 } }) as const;
  const source = 'chat.send';
  const { attempts } = await ledger.startTurn({ runId, source, sessionId, opening: [message('user', `ask ${runId}`)] });
  const toolCallId = `call-${attempts}`;
  await ledger.appendStep({
    runId,
    sessionId,
    entries: [message('assistant', 'looking')],
    toolCalls: [{ toolCallId, tool: 'exec', arguments: {}, sideEffects: 'possible' }],
  });
  await ledger.startToolCall(runId, toolCallId);
  await ledger.finishToolCall({ runId, sessionId, toolCallId, state: 'done', result: message('toolResult', 'ok') });
  const { outbox } = await ledger.endTurn({
    runId,
    source,
    sessionId,
    state: 'answered',
    entries: [message('assistant', `answer ${runId}`)],
    response: { runId },
    publish: { runId },
    session: (current) => ({ ...current, sessionId, updatedAt: Date.now() }),
  });
  say(`ended ${runId}`);
  if (outbox !== undefined) await ledger.markPublished(outbox.id);
}

function sessionOf(runId: string): string {
  return `session-${Number(runId.split('-').at(-1)) % SESSIONS}`;
}
