import { expect, it } from 'vitest';
import events from '../../data/events.json' with { type: 'json' };
import methods from '../../data/methods.json' with { type: 'json' };
import { contractMethodScope, maySeeEvent } from '../access.ts';
import { CONTRACT_EVENTS } from './contract-events.ts';
import { CONTRACT_METHODS, HELLO_METHODS } from './contract-methods.ts';

it('lists the methods of the contract with their params schema', () => {
  expect(CONTRACT_METHODS.map((row) => [row.name, row.params ?? null])).toEqual(
    methods.map((row) => [row.method, row.paramsSchema]),
  );
});

it('knows the scope set of every method', () => {
  for (const { method, requiredScope } of methods) {
    const scope = requiredScope.includes('role=node')
      ? 'node'
      : (/^operator\.(\w+)/.exec(requiredScope)?.[1] ?? 'admin');
    expect([method, contractMethodScope(method)]).toEqual([method, scope]);
  }
});

it('lists in hello-ok what the contract lists', () => {
  const listed = methods.filter((row) => row.listedInHello).map((row) => row.method);
  expect([...HELLO_METHODS].sort()).toEqual(listed.sort());
  expect(HELLO_METHODS).toHaveLength(88);
});

it('guards the events that the contract guards', () => {
  expect(CONTRACT_EVENTS.map((row) => row.name)).toEqual(events.map((row) => row.event));
  for (const { event, scopeGuard } of events) {
    const stranger = { role: 'operator', scopes: [] } as const;
    expect([event, maySeeEvent(stranger, event)]).toEqual([event, !scopeGuard]);
    for (const scope of scopeGuard ?? []) {
      expect(maySeeEvent({ role: 'operator', scopes: [scope] }, event)).toBe(true);
      expect(maySeeEvent({ role: 'node', scopes: [scope] }, event)).toBe(false);
    }
  }
});
