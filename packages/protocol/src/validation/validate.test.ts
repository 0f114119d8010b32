import { Ajv, type ErrorObject } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import contract from '../../data/schemas.json' with { type: 'json' };
import texts from '../../data/validation-texts.json' with { type: 'json' };
import { CONTRACT_METHODS } from '../generated/contract-methods.ts';
import { compileSchema, type JsonSchema } from './compile.ts';
import { type Problem, problemText } from './problem.ts';
import { createValidators, isSchemaName } from './validate.ts';

const validators = createValidators();

function schemaOf(method: string): string {
  return CONTRACT_METHODS.find((row) => row.name === method)?.params ?? '';
}

describe('every validation text that was recorded', () => {
  it.each(texts)('$method: $text', ({ method, params, text }) => {
    const schema = schemaOf(method);
    if (!isSchemaName(schema)) throw new Error(`no schema for ${method}`);
    expect(validators.check(schema, params)).toEqual({ ok: false, problem: text });
  });
});

it('accepts what fits and gives it back', () => {
  const params = { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' };
  expect(validators.check('ChatSendParams', params)).toEqual({ ok: true, value: params });
});

it('counts characters, not UTF-16 units', () => {
  const label = (text: string) => validators.check('SessionsPatchParams', { key: 'main', label: text }).ok;
  expect(label('🦀'.repeat(64))).toBe(true);
  expect(label('🦀'.repeat(65))).toBe(false);
});

it('refuses a schema with a keyword it does not know', () => {
  expect(() => compileSchema({ type: 'string', format: 'uri' })).toThrow('keyword format is not known');
});

/** The validator of the contract: its settings are in the contract data. */
const ajv = new Ajv({ allErrors: true, strict: false, removeAdditional: false });

function ajvText(errors: readonly ErrorObject[]): string {
  const rendered = errors.map(({ keyword, instancePath, params, message }) => {
    const at = instancePath === '' ? '' : `at ${instancePath}: `;
    if (keyword !== 'additionalProperties') return `${at}${message}`;
    return `${at || 'at root: '}unexpected property '${params.additionalProperty}'`;
  });
  return [...new Set(rendered)].join('; ');
}

/** Values near a schema: right in some members, wrong, missing or unexpected in others. */
function near(schema: JsonSchema): fc.Arbitrary<unknown> {
  const wrong = fc.oneof(
    fc.constantFrom<unknown>(null, true, '', 'x', -1, 0, 1.5, 1e9, [], {}, ['x'], { 'a/b~c': 1 }),
    fc.string({ maxLength: 70 }),
  );
  return fc.oneof({ weight: 4, arbitrary: right(schema) }, { weight: 1, arbitrary: wrong });
}

function members(schema: JsonSchema): [string, JsonSchema][] {
  return Object.entries(Object(schema.properties ?? {}));
}

function right(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map(near));
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom<unknown>(...schema.enum);
  if (schema.type === 'object' && schema.patternProperties) {
    const [value] = Object.values(Object(schema.patternProperties));
    return fc.dictionary(fc.constantFrom('a', 'b/c', '~'), near(Object(value)), { maxKeys: 2 });
  }
  if (schema.type === 'object') {
    const record = fc.record(Object.fromEntries(members(schema).map(([key, part]) => [key, near(part)])), {
      requiredKeys: [],
    });
    const extra = fc.dictionary(fc.constantFrom('bogus', 'also/odd'), fc.constant(1), { maxKeys: 1 });
    return fc.tuple(record, extra).map(([known, odd]) => ({ ...known, ...odd }));
  }
  if (schema.type === 'array') return fc.array(near(Object(schema.items)), { maxLength: 3 });
  if (schema.type === 'integer') return fc.integer({ min: -1, max: 2_000 });
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'null') return fc.constant(null);
  if (schema.type === 'number') return fc.double();
  if (schema.type === 'string') return fc.constantFrom('', 'x', '2026-02-17', 'é'.repeat(65));
  return fc.constantFrom<unknown>(null, 'anything');
}

describe("says the same as the contract's validator", () => {
  it.each(Object.entries<JsonSchema>(contract.schemas))('%s', (_name, schema) => {
    const theirs = ajv.compile(schema);
    const ours = compileSchema(schema);
    fc.assert(
      fc.property(near(schema), (value) => {
        const problems: Problem[] = [];
        ours(value, '', problems);
        const expected = theirs(value) ? '' : ajvText(theirs.errors ?? []);
        expect(problemText(problems)).toBe(expected);
      }),
      { numRuns: 150 },
    );
  });
});
