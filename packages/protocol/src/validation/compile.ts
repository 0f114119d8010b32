/**
 * Turns a JSON Schema of the contract into a function that lists what is wrong with a value. Only the keywords that the
 * contract uses exist; a schema with another one is refused. The order of the problems is that of the validator the
 * contract was made with (Ajv, all errors), because clients and scripts compare whole texts:
 * number and string limits, then const, enum and anyOf, then array limits and items, then required, unexpected,
 * declared and pattern properties.
 */
import { type Problem, unexpectedProperty } from './problem.ts';

/** Appends the problems of `value` at `path`. */
export type Check = (value: unknown, path: string, problems: Problem[]) => void;

export type JsonSchema = Readonly<Record<string, unknown>>;

const KNOWN_KEYWORDS = new Set([
  'additionalProperties',
  'anyOf',
  'const',
  'default',
  'discriminator',
  'enum',
  'items',
  'maxItems',
  'maxLength',
  'maximum',
  'minItems',
  'minLength',
  'minimum',
  'pattern',
  'patternProperties',
  'properties',
  'required',
  'type',
]);

const TYPE_TESTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  integer: (value) => typeof value === 'number' && Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: (value) => Array.isArray(value),
  object: isObject,
};

/** Keywords whose presence moves the type problem of a schema to the place of its group. */
const GROUP_KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  number: ['minimum', 'maximum'],
  string: ['minLength', 'maxLength', 'pattern'],
  array: ['minItems', 'maxItems', 'items'],
  object: ['required', 'additionalProperties', 'properties', 'patternProperties'],
};

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSchema(value: unknown): value is JsonSchema {
  return isObject(value);
}

function schemasOf(value: unknown): [string, JsonSchema][] {
  if (!isObject(value)) return [];
  return Object.entries(value).map(([key, schema]) => {
    if (!isSchema(schema)) throw new Error(`schema of ${key} is no object`);
    return [key, schema];
  });
}

function compileType(type: string): Check {
  const test = TYPE_TESTS[type];
  if (!test) throw new Error(`unknown type ${type}`);
  const message = `must be ${type}`;
  return (value, path, problems) => {
    if (!test(value)) problems.push({ path, message });
  };
}

function compileNumberLimits(schema: JsonSchema): Check[] {
  const { minimum, maximum } = schema;
  const checks: Check[] = [];
  if (typeof maximum === 'number') {
    checks.push((value, path, problems) => {
      if (typeof value === 'number' && value > maximum) problems.push({ path, message: `must be <= ${maximum}` });
    });
  }
  if (typeof minimum === 'number') {
    checks.push((value, path, problems) => {
      if (typeof value === 'number' && value < minimum) problems.push({ path, message: `must be >= ${minimum}` });
    });
  }
  return checks;
}

/** True when the text has more than `limit` code points; counts no further than it must. */
function isLonger(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  let count = 0;
  for (const _ of text) {
    count += 1;
    if (count > limit) return true;
  }
  return false;
}

function compileStringLimits(schema: JsonSchema): Check[] {
  const { minLength, maxLength, pattern } = schema;
  const checks: Check[] = [];
  if (typeof maxLength === 'number') {
    const message = `must NOT have more than ${maxLength} characters`;
    checks.push((value, path, problems) => {
      if (typeof value === 'string' && isLonger(value, maxLength)) problems.push({ path, message });
    });
  }
  if (typeof minLength === 'number') {
    const message = `must NOT have fewer than ${minLength} characters`;
    checks.push((value, path, problems) => {
      if (typeof value === 'string' && !isLonger(value, minLength - 1)) problems.push({ path, message });
    });
  }
  if (typeof pattern === 'string') {
    const expression = new RegExp(pattern, 'u');
    const message = `must match pattern "${pattern}"`;
    checks.push((value, path, problems) => {
      if (typeof value === 'string' && !expression.test(value)) problems.push({ path, message });
    });
  }
  return checks;
}

function compileChoices(schema: JsonSchema): Check[] {
  const checks: Check[] = [];
  if ('const' in schema) {
    const expected = schema.const;
    checks.push((value, path, problems) => {
      if (value !== expected) problems.push({ path, message: 'must be equal to constant' });
    });
  }
  const allowed = schema.enum;
  if (Array.isArray(allowed)) {
    checks.push((value, path, problems) => {
      if (!allowed.includes(value)) problems.push({ path, message: 'must be equal to one of the allowed values' });
    });
  }
  if (Array.isArray(schema.anyOf)) checks.push(compileAnyOf(schema.anyOf.filter(isSchema).map(compileSchema)));
  return checks;
}

function compileAnyOf(branches: readonly Check[]): Check {
  return (value, path, problems) => {
    const before = problems.length;
    for (const branch of branches) {
      const start = problems.length;
      branch(value, path, problems);
      if (problems.length === start) {
        problems.length = before;
        return;
      }
    }
    problems.push({ path, message: 'must match a schema in anyOf' });
  };
}

function compileArray(schema: JsonSchema): Check[] {
  const { minItems, maxItems, items } = schema;
  const checks: Check[] = [];
  if (typeof maxItems === 'number') {
    const message = `must NOT have more than ${maxItems} items`;
    checks.push((value, path, problems) => {
      if (Array.isArray(value) && value.length > maxItems) problems.push({ path, message });
    });
  }
  if (typeof minItems === 'number') {
    const message = `must NOT have fewer than ${minItems} items`;
    checks.push((value, path, problems) => {
      if (Array.isArray(value) && value.length < minItems) problems.push({ path, message });
    });
  }
  if (isSchema(items) && Object.keys(items).length > 0) {
    const check = compileSchema(items);
    checks.push((value, path, problems) => {
      if (Array.isArray(value)) for (const [index, item] of value.entries()) check(item, `${path}/${index}`, problems);
    });
  }
  return checks;
}

const pointerPart = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

function compileObject(schema: JsonSchema): Check[] {
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const properties = schemasOf(schema.properties);
  const patterns = schemasOf(schema.patternProperties).map(([source, part]) => ({
    key: new RegExp(source, 'u'),
    check: compileSchema(part),
  }));
  const checked = properties
    .filter(([, part]) => Object.keys(part).length > 0)
    .map(([key, part]) => ({ key, suffix: `/${pointerPart(key)}`, check: compileSchema(part) }));
  const declared = new Set(properties.map(([key]) => key));
  const closed = schema.additionalProperties === false;
  const check: Check = (value, path, problems) => {
    if (!isObject(value)) return;
    for (const key of required) {
      if (value[key] === undefined) problems.push({ path, message: `must have required property '${key}'` });
    }
    if (closed) {
      for (const key of Object.keys(value)) {
        if (!declared.has(key) && !patterns.some((pattern) => pattern.key.test(key))) {
          problems.push(unexpectedProperty(path, key));
        }
      }
    }
    for (const property of checked) {
      const member = value[property.key];
      if (member !== undefined) property.check(member, path + property.suffix, problems);
    }
    for (const pattern of patterns) {
      for (const [key, member] of Object.entries(value)) {
        if (pattern.key.test(key)) pattern.check(member, `${path}/${pointerPart(key)}`, problems);
      }
    }
  };
  return [check];
}

export function compileSchema(schema: JsonSchema): Check {
  const unknown = Object.keys(schema).find((keyword) => !KNOWN_KEYWORDS.has(keyword));
  if (unknown !== undefined) throw new Error(`keyword ${unknown} is not known`);
  const type = typeof schema.type === 'string' ? schema.type : undefined;
  const typeCheck = type === undefined ? [] : [compileType(type)];
  const group = type === undefined ? [] : (GROUP_KEYWORDS[type] ?? []);
  const typeIsInGroup = group.some((keyword) => keyword in schema);
  const groupType = (name: string): Check[] => (typeIsInGroup && type === name ? typeCheck : []);
  const checks = [
    ...(typeIsInGroup ? [] : typeCheck),
    ...compileNumberLimits(schema),
    ...groupType('number'),
    ...compileStringLimits(schema),
    ...groupType('string'),
    ...compileChoices(schema),
    ...compileArray(schema),
    ...groupType('array'),
    ...(GROUP_KEYWORDS.object?.some((keyword) => keyword in schema) ? compileObject(schema) : []),
    ...groupType('object'),
  ];
  if (checks.length === 1 && checks[0]) return checks[0];
  return (value, path, problems) => {
    for (const check of checks) check(value, path, problems);
  };
}
