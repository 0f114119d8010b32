import { expect, it } from 'vitest';
import contract from '../../data/schemas.json' with { type: 'json' };
import { SCHEMA_TEXT } from '../generated/schema-text.ts';
import type { SchemaTypes } from '../schema-types.ts';
import * as definitions from './index.ts';

const contractSchemas: Readonly<Record<string, unknown>> = contract.schemas;
const written: Readonly<Record<string, unknown>> = definitions;

it('has a definition for each of the 143 schemas and no other', () => {
  expect(Object.keys(contractSchemas)).toHaveLength(143);
  expect(Object.keys(written).sort()).toEqual(Object.keys(contractSchemas).sort());
});

it.each(Object.keys(contractSchemas))('%s equals the JSON Schema of the contract', (name) => {
  expect(JSON.parse(JSON.stringify(written[name]))).toEqual(contractSchemas[name]);
});

it('carries the same schemas as text for the run time', () => {
  const texts: Readonly<Record<string, string>> = SCHEMA_TEXT;
  expect(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, JSON.parse(text)]))).toEqual(
    contractSchemas,
  );
});

it('gives handlers static types', () => {
  const params: SchemaTypes['ChatSendParams'] = { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' };
  // @ts-expect-error: the message is required
  const incomplete: SchemaTypes['ChatSendParams'] = { sessionKey: 'main', idempotencyKey: 'k' };
  expect([params.message, incomplete.sessionKey]).toEqual(['hi', 'main']);
});
