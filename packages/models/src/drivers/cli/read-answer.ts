import { normalizeUsage, type ReportedUsage } from '@chela/protocol';
import { filledString, isObject, type JsonObject, listOf, objectOf, parseJson } from '../../json-shape.ts';
import type { CliOutput } from './backend.ts';

/** What a program printed, as an answer. Pure. */

export interface CliAnswer {
  readonly text: string;
  readonly sessionId: string | undefined;
  readonly usage: ReportedUsage | undefined;
  /** The program's own word that the call failed although it ended well. */
  readonly isError: boolean;
}

/** The answer in what was printed. Output that is not of the promised kind is taken as text. */
export function readAnswer(printed: string, output: CliOutput, sessionIdFields: readonly string[]): CliAnswer {
  const plain: CliAnswer = { text: printed.trim(), sessionId: undefined, usage: undefined, isError: false };
  if (output === 'text') return plain;
  const records = output === 'jsonl' ? lines(printed) : [parseJson(printed.trim())].filter(isObject);
  if (records.length === 0) return plain;
  return {
    text: (output === 'jsonl' ? lastMessage(records) : records.map(textOf).join('\n')).trim(),
    sessionId: firstOf(records, (record) => sessionOf(record, sessionIdFields)),
    usage: firstOf(records.toReversed(), ({ usage }) => normalizeUsage(usage)),
    isError: records.some(({ is_error: isError }) => isError === true),
  };
}

const lines = (printed: string): readonly JsonObject[] =>
  printed
    .split('\n')
    .map((line) => parseJson(line.trim()))
    .filter(isObject);

/** `{"item":{"type":"agent_message","text":"…"}}`; the last one is the answer, those before it tell what was going on. */
const lastMessage = (records: readonly JsonObject[]): string =>
  records
    .flatMap(({ item }) => {
      const { text, type } = objectOf(item);
      const isMessage = typeof type !== 'string' || type.includes('message');
      return typeof text === 'string' && isMessage ? [text] : [];
    })
    .at(-1) ?? '';

/** Texts stand under these names, alone, in lists of parts, or one level deeper. */
const TEXT_MEMBERS = ['result', 'message', 'content', 'text', 'response', 'output'] as const;

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return listOf(value).map(textOf).join('');
  if (!isObject(value)) return '';
  for (const name of TEXT_MEMBERS) {
    const text = textOf(value[name]);
    if (text !== '') return text;
  }
  return '';
}

const sessionOf = (record: JsonObject, fields: readonly string[]): string | undefined =>
  firstOf(fields, (field) => filledString(record[field]));

function firstOf<T, R>(values: readonly T[], find: (value: T) => R | undefined): R | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
