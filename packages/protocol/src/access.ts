import { CONTRACT_EVENTS } from './generated/contract-events.ts';
import { CONTRACT_METHODS } from './generated/contract-methods.ts';

export const ROLES = ['operator', 'node'] as const;
export type Role = (typeof ROLES)[number];

/** The set a method belongs to; `admin` is every method in no other set (reference protocol/protocol.md §3). */
export type MethodScope = 'node' | 'approvals' | 'pairing' | 'read' | 'write' | 'admin';

export const ADMIN_SCOPE = 'operator.admin';

export interface Grant {
  readonly role: Role;
  readonly scopes: readonly string[];
}

const METHOD_SCOPES: ReadonlyMap<string, MethodScope> = new Map(CONTRACT_METHODS.map((row) => [row.name, row.scope]));
const EVENT_GUARDS: ReadonlyMap<string, readonly string[] | undefined> = new Map(
  CONTRACT_EVENTS.map((row) => [row.name, row.guard]),
);

/** The set of a contract method; undefined for a name the contract does not have. */
export function contractMethodScope(method: string): MethodScope | undefined {
  return METHOD_SCOPES.get(method);
}

/** Why a caller may not use a method of this set, in the order of §3; undefined when it may. */
export function refusal(grant: Grant, scope: MethodScope): string | undefined {
  if ((scope === 'node') !== (grant.role === 'node')) return `unauthorized role: ${grant.role}`;
  if (scope === 'node' || grant.scopes.includes(ADMIN_SCOPE)) return undefined;
  if (grant.scopes.includes(`operator.${scope}`)) return undefined;
  if (scope === 'read' && grant.scopes.includes('operator.write')) return undefined;
  return `missing scope: operator.${scope}`;
}

/** Events that the contract does not know tell of what goes on inside: they are for operators who may read. */
const OWN_EVENT_GUARD: readonly string[] = ['operator.read', 'operator.write', ADMIN_SCOPE];

/** Whether a connection sees a broadcast event; guarded events are for operators with one of the guard's scopes (§3). */
export function maySeeEvent(grant: Grant, event: string): boolean {
  const guard = EVENT_GUARDS.has(event) ? EVENT_GUARDS.get(event) : OWN_EVENT_GUARD;
  if (!guard) return true;
  return grant.role === 'operator' && guard.some((scope) => grant.scopes.includes(scope));
}
