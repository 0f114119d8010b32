import Type, { type Static } from 'typebox';
import { hasMembers, jsonType, memberOf, stringOf } from '../json-value.ts';

/**
 * Loosens the comparison of the values at `path` (dotted; empty: the whole value; `*` any one key, `**` any depth).
 *
 *   ignore  any value                  type    the JSON type only
 *   keys    the set of member names    length  the number of items or characters
 *   sort    the order of items is free (`by` a member)
 *   pick    only the members `names`   drop    without the members `names`
 *   only    only the items whose member `by` (default id) is one of `names`
 */
export const RuleSchema = Type.Object({
  path: Type.String(),
  op: Type.Union([
    Type.Literal('ignore'),
    Type.Literal('type'),
    Type.Literal('keys'),
    Type.Literal('length'),
    Type.Literal('sort'),
    Type.Literal('pick'),
    Type.Literal('drop'),
    Type.Literal('only'),
  ]),
  by: Type.Optional(Type.String()),
  names: Type.Optional(Type.Array(Type.String())),
});
export type Rule = Static<typeof RuleSchema>;

/** A copy of the value, loosened by each rule in turn. Expectations and observations go through the same rules. */
export const applyRules = (value: unknown, rules: readonly Rule[]): unknown =>
  rules.reduce((inner, rule) => walk(inner, rule.path ? rule.path.split('.') : [], rule), value);

function walk(value: unknown, path: readonly string[], rule: Rule): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return loosen(rule, value);
  if (head === '**') {
    const here = walk(value, rest, rule);
    return hasMembers(here) ? mapMembers(here, (member) => walk(member, path, rule)) : here;
  }
  if (!hasMembers(value)) return value;
  return mapMembers(value, (member, key) => (head === '*' || head === key ? walk(member, rest, rule) : member));
}

function mapMembers(value: object, change: (member: unknown, key: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((member: unknown, index) => change(member, String(index)));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => [key, change(member, key)]),
  );
}

function loosen(rule: Rule, value: unknown): unknown {
  if (value === undefined) return undefined;
  const named = (name: string): boolean => rule.names?.includes(name) ?? false;
  switch (rule.op) {
    case 'ignore':
      return '<any>';
    case 'type':
      return `<${jsonType(value)}>`;
    case 'keys':
      return hasMembers(value) ? Object.keys(value).sort() : `<${jsonType(value)}>`;
    case 'length':
      return `<length:${memberOf(value, 'length')}>`;
    case 'sort':
      return Array.isArray(value) ? sorted(value, rule.by) : value;
    case 'pick':
      return withMembers(value, named);
    case 'drop':
      return withMembers(value, (name) => !named(name));
    case 'only': {
      const by = rule.by ?? 'id';
      const isKept = (item: unknown): boolean => named(stringOf(memberOf(item, by)) ?? '');
      return Array.isArray(value) ? value.filter(isKept) : value;
    }
  }
}

function sorted(items: readonly unknown[], by: string | undefined): readonly unknown[] {
  const key = (item: unknown): string => JSON.stringify(by ? memberOf(item, by) : item) ?? '';
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

const withMembers = (value: unknown, keep: (name: string) => boolean): unknown =>
  hasMembers(value) ? Object.fromEntries(Object.entries(value).filter(([name]) => keep(name))) : value;
