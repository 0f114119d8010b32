import type { MethodDefinition } from '../method.ts';
import { isRecord } from './record.ts';

interface OwnRow {
  readonly name: string;
  readonly scope: MethodDefinition['scope'];
  handle(params: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** A method that the contract does not have: hello-ok does not list it, and it reads its few params itself. */
export function ownMethod({ name, scope, handle }: OwnRow): MethodDefinition {
  return {
    name,
    params: undefined,
    scope,
    listed: false,
    handle: (params) => handle(isRecord(params) ? params : {}),
  };
}
