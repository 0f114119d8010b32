import { round } from '../stats.ts';
import type { ReferenceContext } from './probe.ts';

/** What one event costs to serialise, whole and as a delta. */
export function serialiseRows({ row }: ReferenceContext): void {
  const event = (data: object): object => ({
    type: 'event',
    event: 'agent',
    payload: { runId: 'r', stream: 'assistant', data, sessionKey: 'agent:main:x', seq: 1, ts: 1 },
    seq: 1,
  });
  const whole = microseconds(50_000, event({ text: 'a'.repeat(4_000), delta: 'abc' }));
  row('serialise', 'JSON.stringify of a 4 KB event', 'us', whole, 'times clients when done per client');
  const delta = microseconds(200_000, event({ delta: 'abc' }));
  row('serialise', 'JSON.stringify of the same event with the delta only', 'us', delta);
}

function microseconds(rounds: number, value: object): number {
  const begun = performance.now();
  for (let i = 0; i < rounds; i += 1) JSON.stringify(value);
  return round(((performance.now() - begun) * 1000) / rounds);
}
