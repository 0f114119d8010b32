import { issueText } from './issue-text.ts';
import type { SchemaNode } from './schema-node.ts';

type Add = (path: readonly (string | number)[], message: string, fatal: boolean) => void;

export function checkString(node: SchemaNode, value: unknown, path: readonly (string | number)[], add: Add): void {
  if (typeof value !== 'string') return add(path, issueText.type('string', value), true);
  if (node.minLength !== undefined && value.length < node.minLength) {
    add(path, issueText.small('string', `>=${node.minLength} characters`), false);
  }
  if (node.maxLength !== undefined && value.length > node.maxLength) {
    add(path, issueText.big('string', `<=${node.maxLength} characters`), false);
  }
  if (node.pattern !== undefined && !new RegExp(node.pattern).test(value)) {
    add(path, PATTERN_TEXT[node.pattern] ?? issueText.pattern(node.pattern), false);
  }
  if (node.format === 'uri' && !URL.canParse(value)) add(path, issueText.url, false);
}

/** Patterns for which the contract has a sentence of its own. */
const PATTERN_TEXT: Readonly<Record<string, string>> = {
  '^#?[0-9a-fA-F]{6}$': 'expected hex color (RRGGBB)',
};

export function checkNumber(node: SchemaNode, value: unknown, path: readonly (string | number)[], add: Add): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return add(path, issueText.type('number', value), true);
  }
  const isInteger = node.type === 'integer';
  if (isInteger && !Number.isInteger(value)) return add(path, issueText.type('int', value), true);
  if (isInteger && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    const bound = `${value > 0 ? '<=' : '>=-'}${Number.MAX_SAFE_INTEGER}`;
    return add(path, value > 0 ? issueText.big('int', bound) : issueText.small('int', bound), false);
  }
  if (node.minimum !== undefined && value < node.minimum) {
    add(path, issueText.small('number', `>=${node.minimum}`), false);
  }
  if (node.exclusiveMinimum !== undefined && value <= node.exclusiveMinimum) {
    add(path, issueText.small('number', `>${node.exclusiveMinimum}`), false);
  }
  if (node.maximum !== undefined && value > node.maximum)
    add(path, issueText.big('number', `<=${node.maximum}`), false);
}
