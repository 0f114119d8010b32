import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHarness, testRequest } from './testing/harness.ts';
import { createScriptedModels } from './testing/scripted-models.ts';

/** Conversations that run at the same time: whatever the order in which models answer, nothing reaches another address. */

interface Message {
  readonly session: number;
  readonly turn: number;
}

const SESSIONS_MAX = 5;
const RUNS = 25;

const keyOf = (session: number): string => `agent:main:conversation-${session}`;
const wordsOf = ({ session, turn }: Message): string => `s${session}t${turn}`;
const WORDS = /s\d+t\d+/g;

/** Messages of several sessions in the order they are sent; turns of one session count up. */
const conversations = fc
  .array(fc.integer({ min: 0, max: SESSIONS_MAX - 1 }), { minLength: 2, maxLength: 12 })
  .map((sessions) =>
    sessions.map((session, at) => ({
      session,
      turn: sessions.slice(0, at).filter((other) => other === session).length,
    })),
  );

test('interleaved conversations never cross an address', async () => {
  await fc.assert(
    fc.asyncProperty(conversations, fc.scheduler(), async (messages, scheduler) => {
      const scripted = createScriptedModels();
      scripted.otherwise(({ messages: said }) => {
        const last = JSON.stringify(said.findLast(({ role }) => role === 'user')?.content);
        const words = last.match(WORDS)?.at(-1) ?? 'nothing';
        return { text: `answer to ${words}`, after: scheduler.schedule(Promise.resolve(), words) };
      });
      const h = await createHarness({
        makeModels: () => scripted,
        config: { agents: { defaults: { maxConcurrent: SESSIONS_MAX } } },
      });
      try {
        const submitted = messages.map((message) => {
          const sessionKey = keyOf(message.session);
          const runId = `run-${wordsOf(message)}`;
          return h.run({ runId, source: 'agent', sessionKey, requestedSessionKey: sessionKey, text: wordsOf(message) });
        });
        const outcomes = await scheduler.waitFor(Promise.all(submitted));
        outcomes.forEach((outcome, at) => {
          const words = wordsOf(messages[at] ?? { session: -1, turn: -1 });
          expect(outcome).toMatchObject({ kind: 'answered', payloads: [{ text: `answer to ${words}` }] });
        });
        for (const message of messages) {
          const row = await h.store.ledger.find('agent', `run-${wordsOf(message)}`);
          const told = JSON.stringify(row?.response);
          expect(row).toMatchObject({ sessionKey: keyOf(message.session), state: 'answered' });
          expect(told).toContain(`answer to ${wordsOf(message)}`);
        }
        for (const event of h.events) expect(event.sessionKey).toBe(keyOf(Number(/s(\d+)t/.exec(event.runId)?.[1])));
        for (const session of new Set(messages.map((message) => message.session))) {
          const history = await h.history(keyOf(session));
          const own = messages.filter((message) => message.session === session).map(wordsOf);
          const found = history.map(({ content }) => JSON.stringify(content).match(WORDS)?.at(-1));
          expect(found).toEqual(own.flatMap((words) => [words, words]));
        }
      } finally {
        await h.dispose();
      }
    }),
    { numRuns: RUNS },
  );
}, 60_000);

test('a message keeps its address when it is sent a second time under another session', async () => {
  const h = await createHarness();
  await h.run({ runId: 'same', source: 'agent', sessionKey: keyOf(1), requestedSessionKey: keyOf(1) });
  const again = await h.runtime.submit(
    testRequest({ runId: 'same', source: 'agent', sessionKey: keyOf(2), requestedSessionKey: keyOf(2) }),
  );
  expect(again.status).toBe('ended');
  expect(await h.history(keyOf(2))).toEqual([]);
  await h.dispose();
});
