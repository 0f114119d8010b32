import { isJsonObject, isUnsafeKey, type JsonObject } from '../json-object.ts';
import { checkNumber, checkString } from './check-scalar.ts';
import type { RawIssue } from './issue.ts';
import { issueText } from './issue-text.ts';
import type { SchemaNode } from './schema-node.ts';

type Path = readonly (string | number)[];

/** Looks at a finished value of `shape`, e.g. `agents.list[].tools`, once its structure has no fatal issue. */
export type CrossFieldRule = (value: unknown, report: (path: Path, message: string) => void) => void;

export interface CheckResult {
  /** With the schema's own defaults filled in; meaningless when an issue was found. */
  readonly value: unknown;
  readonly issues: readonly RawIssue[];
}

/**
 * Checks a value against the schema and the cross-field rules, in the order and with the stop rules of the original's
 * validator: children before parents, unknown keys after known ones, rules of an object only when nothing in it has a
 * wrong type.
 */
export function checkStructure(
  root: SchemaNode,
  input: unknown,
  rulesFor: (shape: string) => readonly CrossFieldRule[],
): CheckResult {
  const issues: RawIssue[] = [];
  const add = (path: Path, message: string, fatal: boolean): void => {
    issues.push({ path, message, fatal });
  };

  const check = (node: SchemaNode, value: unknown, path: Path, shape: string): unknown => {
    if (node.lazy !== undefined) return check(node.lazy.load(), value, path, shape);
    if (value === undefined && node.default !== undefined) return structuredClone(node.default);
    const before = issues.length;
    const checked = checkKind(node, value, path, shape);
    if (!issues.slice(before).some((issue) => issue.fatal)) {
      for (const rule of rulesFor(shape)) {
        rule(checked, (inner, message) => add([...path, ...inner], message, false));
      }
    }
    return checked;
  };

  const checkKind = (node: SchemaNode, value: unknown, path: Path, shape: string): unknown => {
    if (node.anyOf !== undefined) return checkUnion(node.anyOf, value, path, shape);
    if (node.const !== undefined) {
      if (value !== node.const) add(path, issueText.literal(node.const), true);
      return value;
    }
    if (node.enum !== undefined) {
      if (typeof value !== 'string' || !node.enum.includes(value)) add(path, issueText.options(node.enum), true);
      return value;
    }
    if (Array.isArray(node.type)) {
      if (!node.type.includes(typeof value)) add(path, issueText.union, true);
      return value;
    }
    switch (node.type) {
      case 'string':
        checkString(node, value, path, add);
        return value;
      case 'number':
      case 'integer':
        checkNumber(node, value, path, add);
        return value;
      case 'boolean':
        if (typeof value !== 'boolean') add(path, issueText.type('boolean', value), true);
        return value;
      case 'array':
        return checkArray(node, value, path, shape);
      case 'object':
        return node.propertyNames === undefined
          ? checkObject(node, value, path, shape)
          : checkRecord(node, node.propertyNames, value, path, shape);
      default:
        return value;
    }
  };

  /** One member without issues wins; else the only member that fits in structure tells its issues; else one issue. */
  const checkUnion = (members: readonly SchemaNode[], value: unknown, path: Path, shape: string): unknown => {
    const before = issues.length;
    const nearMisses: { readonly value: unknown; readonly issues: readonly RawIssue[] }[] = [];
    for (const member of members) {
      const checked = checkKind(member, value, path, shape);
      const found = issues.splice(before);
      if (found.length === 0) return checked;
      if (!found.some((issue) => issue.fatal)) nearMisses.push({ value: checked, issues: found });
    }
    const [only, ...others] = nearMisses;
    if (only !== undefined && others.length === 0) {
      issues.push(...only.issues);
      return only.value;
    }
    add(path, issueText.union, true);
    return value;
  };

  const checkArray = (node: SchemaNode, value: unknown, path: Path, shape: string): unknown => {
    if (!Array.isArray(value)) {
      add(path, issueText.type('array', value), true);
      return value;
    }
    const { items } = node;
    if (items === undefined) return value;
    return value.map((item, index) => check(items, item, [...path, index], `${shape}[]`));
  };

  const checkObject = (node: SchemaNode, value: unknown, path: Path, shape: string): unknown => {
    if (!isJsonObject(value)) {
      add(path, issueText.type('object', value), true);
      return value;
    }
    const out: JsonObject = {};
    const known = node.properties ?? {};
    for (const [key, child] of Object.entries(known)) {
      const present = Object.hasOwn(value, key);
      if (!present && !isNeeded(node, key, child)) continue;
      out[key] = check(child, present ? value[key] : undefined, [...path, key], joinShape(shape, key));
    }
    const unknown = Object.keys(value).filter((key) => !Object.hasOwn(known, key));
    if (node.additionalProperties === false) {
      if (unknown.length > 0) add(path, issueText.unrecognized(unknown), false);
    } else if (node.additionalProperties !== undefined) {
      for (const key of unknown) {
        if (isUnsafeKey(key)) continue;
        out[key] = check(node.additionalProperties, value[key], [...path, key], joinShape(shape, '*'));
      }
    }
    return out;
  };

  const checkRecord = (node: SchemaNode, names: SchemaNode, value: unknown, path: Path, shape: string): unknown => {
    if (!isJsonObject(value)) {
      add(path, issueText.type('record', value), true);
      return value;
    }
    const out: JsonObject = {};
    for (const [key, item] of Object.entries(value)) {
      if (isUnsafeKey(key)) continue;
      if (names.pattern !== undefined && !new RegExp(names.pattern).test(key)) {
        add([...path, key], issueText.key, true);
        continue;
      }
      const child = node.additionalProperties || {};
      out[key] = check(child, item, [...path, key], joinShape(shape, '*'));
    }
    return out;
  };

  return { value: check(root, input, [], ''), issues };
}

/** An absent key is looked at only when it is required or brings a default. */
function isNeeded(node: SchemaNode, key: string, child: SchemaNode): boolean {
  if (node.required?.includes(key)) return true;
  return child.lazy === undefined ? child.default !== undefined : child.lazy.hasDefault;
}

function joinShape(shape: string, key: string): string {
  return shape === '' ? key : `${shape}.${key}`;
}
