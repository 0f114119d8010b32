import { SCHEMA_TEXT } from '../generated/schema-text.ts';
import type { SchemaName, SchemaTypes } from '../schema-types.ts';
import { type Check, compileSchema, isObject, type JsonSchema } from './compile.ts';
import { type Problem, problemText } from './problem.ts';

export type Validation<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Validators for the schemas of the contract, each compiled when it is first used. */
export interface Validators {
  /** The value with its static type, or the contract's text of what is wrong (reference protocol/protocol.md §1). */
  check<Name extends SchemaName>(schema: Name, value: unknown): Validation<SchemaTypes[Name]>;
}

export function isSchemaName(name: string): name is SchemaName {
  return Object.hasOwn(SCHEMA_TEXT, name);
}

/** The JSON Schema of a name, parsed anew. */
export function contractSchema(name: SchemaName): JsonSchema {
  const schema: unknown = JSON.parse(SCHEMA_TEXT[name]);
  if (!isObject(schema)) throw new Error(`schema ${name} is no object`);
  return schema;
}

export function createValidators(): Validators {
  const compiled = new Map<SchemaName, Check>();
  const checkOf = (name: SchemaName): Check => {
    const known = compiled.get(name);
    if (known) return known;
    const check = compileSchema(contractSchema(name));
    compiled.set(name, check);
    return check;
  };
  const accepts = <Name extends SchemaName>(
    name: Name,
    value: unknown,
    problems: Problem[],
  ): value is SchemaTypes[Name] => {
    checkOf(name)(value, '', problems);
    return problems.length === 0;
  };
  return {
    check(name, value) {
      const problems: Problem[] = [];
      return accepts(name, value, problems) ? { ok: true, value } : { ok: false, problem: problemText(problems) };
    },
  };
}
