import { describe, expect, test } from 'vitest';
import { agentRoutingCase } from '../golden/agent-routing.ts';

const routeOf = (match: object, query: object, agentId = 'work'): unknown =>
  agentRoutingCase(
    { cfg: { bindings: [{ agentId, match: { channel: 'telegram', ...match } }] }, channel: 'telegram', ...query },
    {},
  );
const group = { peer: { kind: 'group', id: '1' } };

describe('a binding to a conversation', () => {
  test('is read whatever the case of its kind, with `dm` for direct and a number for its id', () => {
    const matched = { agentId: 'work', matchedBy: 'binding.peer' };
    expect(routeOf({ peer: { kind: ' Group ', id: 1 } }, group)).toMatchObject(matched);
    expect(routeOf({ peer: { kind: 'DM', id: '1' } }, { peer: { kind: 'direct', id: '1' } })).toMatchObject(matched);
  });

  test.each([{ kind: 'bogus', id: '1' }, { kind: 'group', id: ' ' }, { id: '1' }, {}, 'group:1'])(
    'takes no message when it names none that can be read: %j',
    (peer) => {
      expect(routeOf({ peer }, group)).toMatchObject({ agentId: 'main', matchedBy: 'default' });
    },
  );
});

test('a binding without an agent leads to the default agent', () => {
  expect(routeOf({}, group, '')).toMatchObject({ agentId: 'main', matchedBy: 'binding.account' });
});
