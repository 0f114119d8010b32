import type { Static, TSchema } from 'typebox';
import type * as definitions from './schemas/index.ts';

type Definitions = typeof definitions;

/** The names of the contract's 143 schemas. */
export type SchemaName = keyof Definitions;

/** Static type of each schema of the contract: `SchemaTypes['ChatSendParams']`. */
export type SchemaTypes = {
  [Name in SchemaName]: Definitions[Name] extends TSchema ? Static<Definitions[Name]> : never;
};
