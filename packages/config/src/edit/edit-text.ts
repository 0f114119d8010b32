import type { AnyNode, ArrayNode, MemberNode, ObjectNode, ValueNode } from '@humanwhocodes/momoa';
import { arrayIndex, ConfigPathError } from './config-path.ts';

/** One change of a file: a new value at a path, or its removal when `value` is undefined. */
export interface ConfigEdit {
  readonly path: readonly string[];
  readonly value: unknown;
}

type Parse = (source: string) => ValueNode;
type Range = readonly [start: number, end: number];

/**
 * Applies edits to the text of a JSON5 file. Everything that is not edited stays letter by letter: comments, order,
 * quotes, unknown keys. Missing objects on the way are made. The text must be valid JSON5; blank text counts as `{}`.
 */
export async function editConfigText(raw: string, edits: readonly ConfigEdit[]): Promise<string> {
  const { parse } = await import('@humanwhocodes/momoa');
  const parseBody: Parse = (source) => parse(source, { mode: 'json5', ranges: true, allowTrailingCommas: true }).body;
  let text = raw.trim() === '' ? '{}\n' : raw;
  for (const edit of edits) {
    text = edit.value === undefined ? removeAt(text, parseBody(text), edit.path) : setAt(text, parseBody, [], edit);
  }
  return text;
}

/** Walks down to the place of the edit; `done` are the keys that exist, `path` those still to go. */
function setAt(text: string, parse: Parse, done: readonly string[], { path, value }: ConfigEdit): string {
  const body = nodeAt(parse(text), done);
  const [key, ...rest] = path;
  if (key === undefined) {
    return splice(text, rangeOf(body), render(value, done.length === 0 ? '' : indentAt(text, rangeOf(body)[0])));
  }
  if (childOf(body, key) !== undefined) return setAt(text, parse, [...done, key], { path: rest, value });
  if (body.type === 'Object') return addMember(text, body, key, wrap(rest, value));
  if (body.type !== 'Array')
    return splice(text, rangeOf(body), render(wrap(path, value), indentAt(text, rangeOf(body)[0])));
  const index = arrayIndex(key);
  if (index === undefined) throw new ConfigPathError(`Expected numeric index for array segment "${key}"`);
  if (index === body.elements.length) return addElement(text, body, wrap(rest, value));
  if (index > body.elements.length + MAX_ARRAY_GAP) throw new ConfigPathError(`Array index out of range: ${key}`);
  return setAt(addElement(text, body, null), parse, done, { path, value });
}

/** Holes before a new element are filled with null up to here; validation has the last word on them. */
const MAX_ARRAY_GAP = 100;

function nodeAt(body: ValueNode, path: readonly string[]): ValueNode {
  let at = body;
  for (const key of path) at = childOf(at, key) ?? at;
  return at;
}

function removeAt(text: string, body: ValueNode, path: readonly string[]): string {
  const [key, ...rest] = path;
  if (key === undefined) return text;
  const child = childOf(body, key);
  if (child === undefined) return text;
  if (rest.length > 0) return removeAt(text, child, rest);
  return cutItem(text, itemRange(body, key, child), rangeOf(body));
}

/** The part of a parent that goes with a child: a whole member of an object, the value in an array. */
function itemRange(parent: ValueNode, key: string, child: ValueNode): Range {
  const member = parent.type === 'Object' ? memberOf(parent, key) : undefined;
  return rangeOf(member ?? child);
}

function childOf(parent: ValueNode, key: string): ValueNode | undefined {
  if (parent.type === 'Object') return memberOf(parent, key)?.value;
  const index = arrayIndex(key);
  return parent.type === 'Array' && index !== undefined ? parent.elements[index]?.value : undefined;
}

/** Of a key that stands twice the last one counts, as for every reader. */
function memberOf(object: ObjectNode, key: string): MemberNode | undefined {
  return object.members.findLast(({ name }) => (name.type === 'String' ? name.value : name.name) === key);
}

function addMember(text: string, object: ObjectNode, key: string, value: unknown): string {
  const names = object.members.map(({ name }) => name);
  const bare = names.length > 0 && names.every((name) => name.type === 'Identifier') && /^[A-Za-z_$][\w$]*$/.test(key);
  return addItem(text, rangeOf(object), object.members.map(rangeOf), `${bare ? key : JSON.stringify(key)}: `, value);
}

function addElement(text: string, array: ArrayNode, value: unknown): string {
  return addItem(
    text,
    rangeOf(array),
    array.elements.map((element) => rangeOf(element.value)),
    '',
    value,
  );
}

/** Adds after the last item, in the layout of the items that are there. */
function addItem(text: string, [start, end]: Range, items: readonly Range[], label: string, value: unknown): string {
  const last = items.at(-1);
  const outer = indentAt(text, start);
  if (last === undefined) {
    const inner = text.slice(start + 1, end - 1);
    const indent = `${outer}  `;
    const kept = inner.trim() === '' ? '' : inner.trimEnd();
    return splice(text, [start + 1, end - 1], `${kept}\n${indent}${label}${render(value, indent)}\n${outer}`);
  }
  const firstStart = items[0]?.[0] ?? last[0];
  const onOwnLine = text.slice(text.lastIndexOf('\n', firstStart - 1) + 1, firstStart).trim() === '';
  const indent = onOwnLine ? indentAt(text, firstStart) : outer;
  const comma = commaAfter(text, last[1], end);
  const at = comma === undefined ? last[1] : comma + 1;
  const lineEnd = onOwnLine ? endOfLine(text, at, end) : at;
  const item = `${label}${render(value, indent)}${comma === undefined ? '' : ','}`;
  const separator = onOwnLine ? `\n${indent}` : ' ';
  return `${text.slice(0, last[1])}${comma === undefined ? ',' : ''}${text.slice(last[1], lineEnd)}${separator}${item}${text.slice(lineEnd)}`;
}

/** Cuts an item with its comma and, when it stood alone on its lines, with these lines. */
function cutItem(text: string, [start, end]: Range, [parentStart, parentEnd]: Range): string {
  const comma = commaAfter(text, end, parentEnd);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const alone = lineStart > parentStart && text.slice(lineStart, start).trim() === '';
  if (comma !== undefined) {
    const after = comma + 1;
    const lineEnd = endOfLine(text, after, parentEnd);
    if (alone && lineEnd < parentEnd - 1) return text.slice(0, lineStart) + text.slice(lineEnd + 1);
    return text.slice(0, start) + text.slice(after).replace(/^ /, '');
  }
  const before = commaBefore(text, start, parentStart);
  const head = before === undefined ? text.slice(0, start) : text.slice(0, before) + text.slice(before + 1, start);
  return (alone ? head.replace(/\n[ \t]*$/, '') : head.replace(/[ \t]+$/, '')) + text.slice(end);
}

/** The comma behind an item, past blanks and comments. */
function commaAfter(text: string, from: number, limit: number): number | undefined {
  for (let at = from; at < limit; at += 1) {
    if (text.startsWith('//', at)) at = endOfLine(text, at, limit);
    else if (text.startsWith('/*', at)) at = text.indexOf('*/', at + 2) + 1;
    else if (text[at] === ',') return at;
    else if (text[at]?.trim() !== '') return undefined;
  }
  return undefined;
}

/** The comma in front of the last item: looked for from the item before it, as comments may hold commas. */
function commaBefore(text: string, start: number, parentStart: number): number | undefined {
  let found: number | undefined;
  for (let at = parentStart + 1; at < start; at += 1) {
    const char = text[at];
    if (text.startsWith('//', at)) at = endOfLine(text, at, start);
    else if (text.startsWith('/*', at)) at = text.indexOf('*/', at + 2) + 1;
    else if (char === '"' || char === "'") at = endOfString(text, at, char);
    else if (char === ',') found = at;
  }
  return found;
}

function endOfString(text: string, start: number, quote: string): number {
  let at = start + 1;
  while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1;
  return at;
}

function endOfLine(text: string, from: number, limit: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 || newline >= limit ? Math.max(from, limit - 1) : newline;
}

/** The blanks at the beginning of the line that `at` is in. */
function indentAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function render(value: unknown, indent: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
}

/** The value inside the objects and arrays that a path still needs: numbers ask for arrays. */
function wrap(path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = wrap(rest, value);
  const index = arrayIndex(key);
  if (index === undefined) return { [key]: inner };
  const list: unknown[] = Array.from({ length: index }, () => null);
  list.push(inner);
  return list;
}

function splice(text: string, [start, end]: Range, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

function rangeOf(node: AnyNode): Range {
  if (node.range === undefined) throw new TypeError('the syntax tree has no ranges');
  return [node.range[0], node.range[1]];
}
