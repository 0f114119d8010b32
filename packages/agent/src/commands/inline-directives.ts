import { normalizeElevated, normalizeReasoning, normalizeThinking, normalizeVerbose } from '@chela/models';
import { parseDurationMs } from '../schedule/duration.ts';
import { type DropPolicy, dropPolicyOf, type QueueMode, queueModeOf } from './queue-words.ts';

/** Directives inside a message: `/think high`, `/model x`, … (reference agent/sessions.md §19). Pure. */

export interface LevelDirective {
  /** The argument as written; absent without one. */
  readonly raw?: string;
  /** Its normal form; absent for a word that is none. */
  readonly level?: string;
}

export interface ExecDirective {
  /** Values as written, by option. An empty object for `/exec` alone. */
  readonly raw: Readonly<Partial<Record<ExecOption, string>>>;
  readonly valid: Readonly<Partial<Record<ExecOption, string>>>;
}

export interface ModelDirective {
  readonly raw?: string;
  /** What stood behind `@`: an auth profile. */
  readonly profile?: string;
}

/** What `/queue` was given; `raw…` is what was written, without its value when that means nothing. */
export interface QueueDirective {
  readonly reset: boolean;
  readonly mode?: QueueMode;
  readonly rawMode?: string;
  readonly debounceMs?: number;
  readonly rawDebounce?: string;
  readonly cap?: number;
  readonly rawCap?: string;
  readonly drop?: DropPolicy;
  readonly rawDrop?: string;
}

export interface InlineDirectives {
  /** The message without its directives; collapsed to single spaces once one was taken out. */
  readonly cleaned: string;
  readonly think?: LevelDirective;
  readonly verbose?: LevelDirective;
  readonly reasoning?: LevelDirective;
  readonly elevated?: LevelDirective;
  readonly exec?: ExecDirective;
  readonly status: boolean;
  readonly model?: ModelDirective;
  readonly queue?: QueueDirective;
}

export interface DirectiveOptions {
  /** Names under which models can be chosen as `/name`. */
  readonly modelAliases?: readonly string[];
  readonly disableElevated?: boolean;
  readonly allowStatusDirective?: boolean;
}

export type ExecOption = 'host' | 'security' | 'ask' | 'node';

export const EXEC_VALUES: Readonly<Record<Exclude<ExecOption, 'node'>, readonly string[]>> = {
  host: ['sandbox', 'gateway', 'node'],
  security: ['deny', 'allowlist', 'full'],
  ask: ['off', 'on-miss', 'always'],
};

/** Takes all directives out of a message, in the contract's order. */
export function parseInlineDirectives(body: string, options: DirectiveOptions = {}): InlineDirectives {
  const think = takeLevel(body, 'thinking|think|t', normalizeThinking);
  const verbose = takeLevel(think.rest, 'verbose|v', normalizeVerbose);
  const reasoning = takeLevel(verbose.rest, 'reasoning|reason', normalizeReasoning);
  const elevated =
    options.disableElevated === true
      ? { rest: reasoning.rest, found: undefined }
      : takeLevel(reasoning.rest, 'elevated|elev', normalizeElevated);
  const exec = takeExec(elevated.rest);
  const status = options.allowStatusDirective === false ? { rest: exec.rest, found: false } : takeStatus(exec.rest);
  const model = takeModel(status.rest, options.modelAliases ?? []);
  const queue = takeQueue(model.rest);
  return {
    cleaned: queue.rest.trim(),
    ...(think.found === undefined ? {} : { think: think.found }),
    ...(verbose.found === undefined ? {} : { verbose: verbose.found }),
    ...(reasoning.found === undefined ? {} : { reasoning: reasoning.found }),
    ...(elevated.found === undefined ? {} : { elevated: elevated.found }),
    ...(exec.found === undefined ? {} : { exec: exec.found }),
    status: status.found,
    ...(model.found === undefined ? {} : { model: model.found }),
    ...(queue.found === undefined ? {} : { queue: queue.found }),
  };
}

/** True when a message held at least one directive. */
export function hasDirective(parsed: InlineDirectives): boolean {
  const { cleaned: _text, status, ...rest } = parsed;
  return status || Object.keys(rest).length > 0;
}

interface Taken<D> {
  readonly rest: string;
  readonly found: D | undefined;
}

function takeLevel(text: string, names: string, normalize: (raw: string) => string | undefined): Taken<LevelDirective> {
  const match = new RegExp(`(?:^|\\s)/(?:${names})(?=$|\\s|:)\\s*:?\\s*([a-z-]+)?`, 'i').exec(text);
  if (match === null) return { rest: text, found: undefined };
  const raw = match[1];
  const level = raw === undefined ? undefined : normalize(raw);
  const found = { ...(raw === undefined ? {} : { raw }), ...(level === undefined ? {} : { level }) };
  return { rest: cut(text, match.index, match.index + match[0].length), found };
}

function takeStatus(text: string): { readonly rest: string; readonly found: boolean } {
  const match = /(?:^|\s)\/status(?=$|\s|:)(?:\s*:\s*)?/i.exec(text);
  return match === null
    ? { rest: text, found: false }
    : { rest: cut(text, match.index, match.index + match[0].length), found: true };
}

function takeModel(text: string, aliases: readonly string[]): Taken<ModelDirective> {
  const named = /(?:^|\s)\/model(?=$|\s|:)\s*:?\s*([\w.:@-]+(?:\/[\w.:@-]+)*)?/i.exec(text);
  const names = aliases
    .map((alias) => alias.trim())
    .filter((alias) => alias !== '')
    .map((alias) => alias.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const alias =
    names.length === 0 ? null : new RegExp(`(?:^|\\s)/(${names.join('|')})(?=$|\\s|:)(?:\\s*:\\s*)?`, 'i').exec(text);
  const match = named ?? alias;
  if (match === null) return { rest: text, found: undefined };
  const [raw, ...profile] = (match[1] ?? '').split('@');
  const found = {
    ...(raw === undefined || raw === '' ? {} : { raw }),
    ...(profile.length === 0 ? {} : { profile: profile.join('@') }),
  };
  return { rest: cut(text, match.index, match.index + match[0].length), found };
}

function takeExec(text: string): Taken<ExecDirective> {
  const match = /(?:^|\s)\/exec(?=$|\s|:)\s*:?\s*/i.exec(text);
  if (match === null) return { rest: text, found: undefined };
  const raw: Partial<Record<ExecOption, string>> = {};
  const valid: Partial<Record<ExecOption, string>> = {};
  const end = eatTokens(text, match.index + match[0].length, (token) => {
    const option = /^(host|security|ask|node)[:=](.*)$/i.exec(token);
    const name = option?.[1]?.toLowerCase();
    if (!isExecOption(name)) return false;
    const value = option?.[2] ?? '';
    raw[name] = value;
    const normal = name === 'node' ? value : EXEC_VALUES[name].find((known) => known === value.toLowerCase());
    if (normal !== undefined && normal !== '') valid[name] = normal;
    return true;
  });
  return { rest: cut(text, match.index, end), found: { raw, valid } };
}

function takeQueue(text: string): Taken<QueueDirective> {
  const match = /(?:^|\s)\/queue(?=$|\s|:)\s*:?\s*/i.exec(text);
  if (match === null) return { rest: text, found: undefined };
  let found: QueueDirective = { reset: false };
  const end = eatTokens(text, match.index + match[0].length, (token) => {
    const next = found.reset ? undefined : queueOption(token);
    if (next === undefined) return false;
    found = { ...found, ...next };
    return true;
  });
  return { rest: cut(text, match.index, end), found };
}

function queueOption(token: string): Partial<QueueDirective> | undefined {
  if (/^(?:default|reset|clear)$/i.test(token)) return { reset: true };
  const mode = queueModeOf(token);
  if (mode !== undefined) return { mode, rawMode: token };
  const option = /^(debounce|cap|drop)[:=]([^:=]*)/i.exec(token);
  const value = option?.[2] ?? '';
  switch (option?.[1]?.toLowerCase()) {
    case 'debounce': {
      const debounceMs = parseDurationMs(value, 'ms');
      return { rawDebounce: value, ...(debounceMs === undefined ? {} : { debounceMs }) };
    }
    case 'cap': {
      const cap = Math.floor(Number(value));
      return { rawCap: value, ...(value !== '' && Number.isFinite(cap) && cap >= 1 ? { cap } : {}) };
    }
    case 'drop': {
      const drop = dropPolicyOf(value);
      return { rawDrop: value, ...(drop === undefined ? {} : { drop }) };
    }
    default:
      return undefined;
  }
}

/** Hands tokens to `accept` until it refuses one; returns where the first refused token begins. */
function eatTokens(text: string, from: number, accept: (token: string) => boolean): number {
  const token = /\S+/y;
  let at = from;
  for (;;) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null || !accept(match[0])) return at;
    at += match[0].length;
    while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
  }
}

function cut(text: string, start: number, end: number): string {
  return `${text.slice(0, start)} ${text.slice(end)}`.replace(/\s+/g, ' ').trim();
}

function isExecOption(name: string | undefined): name is ExecOption {
  return name === 'host' || name === 'security' || name === 'ask' || name === 'node';
}
