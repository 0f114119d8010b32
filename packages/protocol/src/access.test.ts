import { describe, expect, it } from 'vitest';
import { type MethodScope, maySeeEvent, refusal } from './access.ts';

const operator = (...scopes: string[]) => ({ role: 'operator', scopes }) as const;
const node = { role: 'node', scopes: ['operator.admin'] } as const;

describe('the order of authorisation (reference protocol/protocol.md §3)', () => {
  it.each<[string, Parameters<typeof refusal>[0], MethodScope, string | undefined]>([
    ['an operator may not use a node method', operator('operator.admin'), 'node', 'unauthorized role: operator'],
    ['a node may use a node method', node, 'node', undefined],
    ['a node may use nothing else, whatever its scopes', node, 'read', 'unauthorized role: node'],
    ['admin satisfies every set', operator('operator.admin'), 'pairing', undefined],
    ['read satisfies read', operator('operator.read'), 'read', undefined],
    ['write satisfies read', operator('operator.write'), 'read', undefined],
    ['read does not satisfy write', operator('operator.read'), 'write', 'missing scope: operator.write'],
    ['approvals is its own set', operator('operator.approvals'), 'read', 'missing scope: operator.read'],
    ['pairing is its own set', operator('operator.pairing'), 'approvals', 'missing scope: operator.approvals'],
    ['without scopes nothing is allowed', operator(), 'admin', 'missing scope: operator.admin'],
  ])('%s', (_name, grant, scope, expected) => {
    expect(refusal(grant, scope)).toBe(expected);
  });
});

describe('events that the contract does not know', () => {
  it.each([
    ['an operator who may read sees them', operator('operator.read'), true],
    ['an admin sees them', operator('operator.admin'), true],
    ['a connection without scopes does not', operator(), false],
    ['one that may only pair does not', operator('operator.pairing'), false],
    ['a node does not', node, false],
  ])('%s', (_name, grant, expected) => {
    expect(maySeeEvent(grant, 'security.decision')).toBe(expected);
  });
});
