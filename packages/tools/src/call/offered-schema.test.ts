import { expect, it } from 'vitest';
import { offeredSchema } from './offered-schema.ts';

const text = { type: 'string' };

it('leaves an object with properties as it is', () => {
  const schema = { type: 'object', properties: { a: text }, required: ['a'], additionalProperties: false };
  expect(offeredSchema(schema)).toBe(schema);
  const narrowed = { ...schema, oneOf: [{ required: ['a'] }] };
  expect(offeredSchema(narrowed)).toBe(narrowed);
  expect(offeredSchema({ type: 'object' })).toEqual({ type: 'object' });
});

it('says that it is an object where only properties or required tell', () => {
  expect(offeredSchema({ properties: { a: text } })).toEqual({ properties: { a: text }, type: 'object' });
  expect(offeredSchema({ required: ['a'] })).toEqual({ required: ['a'], type: 'object' });
});

it('makes one object of variants: properties united, required what all of them require', () => {
  const schema = {
    anyOf: [
      { type: 'object', properties: { action: { const: 'add' }, name: text }, required: ['action', 'name'] },
      { type: 'object', properties: { action: { enum: ['drop', 'list'] }, id: text }, required: ['action'] },
      { type: 'null' },
    ],
  };
  expect(offeredSchema(schema)).toEqual({
    type: 'object',
    properties: { action: { type: 'string', enum: ['add', 'drop', 'list'] }, name: text, id: text },
    required: ['action'],
    additionalProperties: true,
  });
});

it('keeps what stands beside the variants: its own required, additionalProperties, the first free property', () => {
  const schema = {
    description: 'either',
    required: ['id'],
    additionalProperties: false,
    oneOf: [
      { properties: { id: text, size: { enum: [1] } }, required: ['size'] },
      { properties: { id: { type: 'number' }, size: { type: 'number' } } },
    ],
  };
  expect(offeredSchema(schema)).toEqual({
    description: 'either',
    type: 'object',
    properties: { id: text, size: { type: 'number' } },
    required: ['id'],
    additionalProperties: false,
  });
});
