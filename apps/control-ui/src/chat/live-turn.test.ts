import { expect, it } from 'vitest';
import { startTurn, withEnd, withText, withToolOutput, withToolStart } from './live-turn.ts';

it('grows one text part until a tool starts, then begins another', () => {
  let turn = withText(withText(startTurn('r'), 'Hel'), 'Hello');
  turn = withToolStart(turn, 'c1', 'exec', { command: 'date' });
  turn = withToolOutput(turn, 'c1', 'Mon', 'done');
  turn = withText(turn, 'It is Monday');
  expect(turn.parts).toEqual([
    { kind: 'text', text: 'Hello' },
    { kind: 'tool', card: { id: 'c1', name: 'exec', args: { command: 'date' }, output: 'Mon', state: 'done' } },
    { kind: 'text', text: 'It is Monday' },
  ]);
});

it('keeps interim output when the end brings none, and the reason of a failed end', () => {
  const turn = withToolOutput(
    withToolOutput(withToolStart(startTurn('r'), 'c1', 'exec', {}), 'c1', 'half', 'running'),
    'c1',
    undefined,
    'done',
  );
  expect(turn.parts).toMatchObject([{ card: { output: 'half', state: 'done' } }]);
  expect(withEnd(turn, 'boom')).toMatchObject({ state: 'ended', error: 'boom' });
});
