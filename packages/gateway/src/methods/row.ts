import {
  contractMethodScope,
  createValidators,
  HELLO_METHODS,
  invalidRequest,
  type SchemaName,
  type SchemaTypes,
} from '@chela/protocol';
import type { MethodContext, MethodDefinition } from '../method.ts';
import { isRecord } from './record.ts';

const LISTED: ReadonlySet<string> = new Set(HELLO_METHODS);

interface Row<Name extends SchemaName> {
  readonly name: string;
  readonly params: Name;
  handle(params: SchemaTypes[Name], context: MethodContext): Promise<unknown> | unknown;
}

/** A method without a schema: it takes any params and reads what it knows (reference protocol/protocol.md §12). */
interface LooseRow {
  readonly name: string;
  handle(params: Readonly<Record<string, unknown>>, context: MethodContext): Promise<unknown> | unknown;
}

export interface RowBuilder {
  row<Name extends SchemaName>(row: Row<Name>): MethodDefinition;
  loose(row: LooseRow): MethodDefinition;
}

/**
 * Makes rows of the method table. Scope and listing come from the contract's own tables; params are checked against
 * the row's schema at this border, which is also what gives a handler its static type.
 */
export function createRowBuilder(): RowBuilder {
  const validators = createValidators();
  return {
    row: (row) => ({
      ...factsOf(row.name),
      name: row.name,
      params: row.params,
      async handle(params, context) {
        const checked = validators.check(row.params, params ?? {});
        if (!checked.ok) throw invalidRequest(`invalid ${row.name} params: ${checked.problem}`);
        return row.handle(checked.value, context);
      },
    }),
    loose: (row) => ({
      ...factsOf(row.name),
      name: row.name,
      params: undefined,
      handle: async (params, context) => row.handle(isRecord(params) ? params : {}, context),
    }),
  };
}

function factsOf(name: string): Pick<MethodDefinition, 'scope' | 'listed'> {
  return { scope: contractMethodScope(name) ?? 'admin', listed: LISTED.has(name) };
}
