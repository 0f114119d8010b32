import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChannelError } from '../contract/channel-error.ts';
import { answered, ORIGIN, type OutboundBench, openOutboundBench, request, textOf } from '../testing/outbound-bench.ts';

/** What the vendor does with one send. */
const DEEDS = [
  'takes',
  'refuses the connection',
  'is busy',
  'shows it and hangs up',
  'hangs up before it shows it',
  'is shown it, then the gateway is killed',
  'the gateway is killed before it is shown',
] as const;
type Deed = (typeof DEEDS)[number];

/** A message is given up after more failures than these. */
const FAILURES_EACH = 4;

/** Plays the deeds, one a send; once they are used up the vendor takes everything. Returns whether a kill is due. */
function play(bench: OutboundBench, deeds: readonly Deed[]): { killed(): boolean } {
  const { vendor } = bench;
  const left = [...deeds];
  const failures = new Map<string, number>();
  let isKilled = false;
  vendor.send = async (address, part, attempt) => {
    const failed = failures.get(attempt.key) ?? 0;
    const deed = failed >= FAILURES_EACH ? 'takes' : (left.shift() ?? 'takes');
    if (deed === 'takes') return vendor.show(address, part, attempt);
    failures.set(attempt.key, failed + 1);
    if (deed === 'shows it and hangs up' || deed.startsWith('is shown')) vendor.show(address, part, attempt);
    if (deed === 'refuses the connection') throw new ChannelError('unreachable', deed);
    if (deed === 'is busy') throw new ChannelError('busy', deed, { retryAfterMs: 1_000 });
    if (deed.includes('hangs up')) throw new ChannelError('ambiguous', deed);
    isKilled = true;
    return new Promise(() => {});
  };
  vendor.reconcile = async (_address, part) => {
    const found = vendor.shown.find(({ text }) => text === textOf(part));
    return found === undefined ? 'absent' : { messageId: found.key };
  };
  return {
    killed() {
      const was = isKilled;
      isKilled = false;
      return was;
    },
  };
}

test('however sends fail and whenever the gateway is killed, each part is shown once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...DEEDS), { maxLength: 12 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 4 }),
      async (deeds, conversations, messages) => {
        const bench = await openOutboundBench({ settings: { streamMode: 'off', textChunkLimit: 12 } });
        try {
          const vendor = play(bench, deeds);
          for (let at = 0; at < messages; at += 1) {
            for (let chat = 0; chat < conversations; chat += 1) {
              const origin = { ...ORIGIN, to: `chat${chat}` };
              await bench.outbound.deliver(
                request(`run-${chat}-${at}`, { origin }),
                answered(`${chat}.${at} one\n\n${chat}.${at} two`),
              );
            }
          }
          for (let round = 0; round <= deeds.length; round += 1) {
            await bench.clock.advance(30_000);
            if (!vendor.killed()) break;
            await bench.crash();
            await bench.outbound.recover();
          }
          await bench.clock.advance(60 * 60_000);
          for (let chat = 0; chat < conversations; chat += 1) {
            const shown = bench.vendor.shown.filter(({ to }) => to === `chat${chat}`).map(({ text }) => text);
            const said = Array.from({ length: messages }, (_, at) => [`${chat}.${at} one`, `${chat}.${at} two`]).flat();
            expect(shown).toEqual(said);
          }
          expect(await bench.outbound.list({ limit: 5, states: ['pending', 'sending', 'ambiguous', 'dead'] })).toEqual(
            [],
          );
        } finally {
          await bench.close();
        }
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);
