import { classifySessionKey } from '@chela/agent';
import {
  type ModelRef,
  normalizeElevated,
  normalizeReasoning,
  normalizeThinking,
  normalizeUsageDisplay,
  normalizeVerbose,
  supportsXhigh,
  thinkingLevels,
} from '@chela/models';
import { invalidRequest, type ProtocolError, type SchemaTypes } from '@chela/protocol';
import type { SessionEntry } from '@chela/store';
import { overrideOf } from './session-model.ts';

/**
 * The rules of `sessions.patch` (reference protocol/methods.json, agent/sessions.md §19): null clears, aliases are
 * stored under their own name, and what cannot be stored is named with what could be. Pure.
 */

export type SessionPatch = SchemaTypes['SessionsPatchParams'];

/** A checked `model` of a patch: the default model needs no override. */
export type ModelChange = { readonly set: ModelRef } | { readonly clear: true } | undefined;

const XHIGH_MODELS =
  'openai/gpt-5.2, openai-codex/gpt-5.3-codex, openai-codex/gpt-5.3-codex-spark, openai-codex/gpt-5.2-codex, ' +
  'openai-codex/gpt-5.1-codex, github-copilot/gpt-5.2-codex or github-copilot/gpt-5.2';
const EXEC_HOSTS = ['sandbox', 'gateway', 'node'] as const;
const EXEC_SECURITY = ['deny', 'allowlist', 'full'] as const;
const EXEC_ASK = ['off', 'on-miss', 'always'] as const;

export function labelTaken(label: string): ProtocolError {
  return invalidRequest(`label already in use: ${label}`);
}

export function patchEntry(input: {
  readonly key: string;
  readonly current: SessionEntry | undefined;
  readonly patch: SessionPatch;
  readonly model: ModelChange;
  readonly fallback: ModelRef;
  readonly newSessionId: string;
  readonly now: number;
}): SessionEntry {
  const { key, current, patch, fallback } = input;
  const subagent = classifySessionKey(key).subagent;
  const changes = {
    ...once('spawnedBy', patch.spawnedBy, current, subagent, readSpawnedBy),
    ...once('spawnDepth', patch.spawnDepth, current, subagent, (depth) => depth),
    ...change('label', patch.label, (raw) => readWord('label', raw)),
    ...change('verboseLevel', patch.verboseLevel, readVerbose),
    ...change('reasoningLevel', patch.reasoningLevel, readReasoning),
    ...change('responseUsage', patch.responseUsage, (raw) => unlessOff(normalizeUsageDisplay(raw))),
    ...change('elevatedLevel', patch.elevatedLevel, readElevated),
    ...change('execHost', patch.execHost, (raw) => oneOf('execHost', raw, EXEC_HOSTS)),
    ...change('execSecurity', patch.execSecurity, (raw) => oneOf('execSecurity', raw, EXEC_SECURITY)),
    ...change('execAsk', patch.execAsk, (raw) => oneOf('execAsk', raw, EXEC_ASK)),
    ...change('execNode', patch.execNode, (raw) => readWord('execNode', raw)),
    ...modelMembers(input.model),
    ...change('sendPolicy', patch.sendPolicy, (raw) => raw),
    ...change('groupActivation', patch.groupActivation, (raw) => raw),
  };
  const base: SessionEntry = {
    ...current,
    sessionId: current?.sessionId || input.newSessionId,
    updatedAt: Math.max(input.now, current?.updatedAt ?? 0),
  };
  const next = withChanges(base, changes);
  return withChanges(next, thinkingChange(patch.thinkingLevel, next, overrideOf(next, fallback) ?? fallback));
}

/** Members to set; undefined removes one. */
type Changes = Readonly<Record<string, unknown>>;

function withChanges(entry: SessionEntry, changes: Changes): SessionEntry {
  const members = Object.entries({ ...entry, ...changes }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(members), sessionId: entry.sessionId, updatedAt: entry.updatedAt };
}

function change<T>(name: string, value: T | null | undefined, read: (value: T) => unknown): Changes {
  if (value === undefined) return {};
  return { [name]: value === null ? undefined : read(value) };
}

/** A fact of a sub-agent session that is set once. */
function once<T extends string | number>(
  name: 'spawnedBy' | 'spawnDepth',
  value: T | null | undefined,
  current: SessionEntry | undefined,
  subagent: boolean,
  read: (value: T) => T,
): Changes {
  if (value === undefined) return {};
  const stored = current?.[name];
  if (value === null) {
    if (stored !== undefined) throw invalidRequest(`${name} cannot be cleared once set`);
    return {};
  }
  const next = read(value);
  if (!subagent) throw invalidRequest(`${name} is only supported for subagent:* sessions`);
  if (stored !== undefined && stored !== next) throw invalidRequest(`${name} cannot be changed once set`);
  return { [name]: next };
}

function readSpawnedBy(raw: string): string {
  return readWord('spawnedBy', raw);
}

function readWord(name: string, raw: string): string {
  const word = raw.trim();
  if (word === '') throw invalidRequest(`invalid ${name}: empty`);
  return word;
}

function readVerbose(raw: string): string {
  return normalizeVerbose(raw) ?? refuse('verboseLevel', ['on', 'off']);
}

function readReasoning(raw: string): string | undefined {
  return unlessOff(normalizeReasoning(raw) ?? refuse('reasoningLevel', ['on', 'off', 'stream']));
}

function readElevated(raw: string): string {
  return normalizeElevated(raw) ?? refuse('elevatedLevel', ['on', 'off', 'ask', 'full']);
}

function oneOf(name: string, raw: string, words: readonly string[]): string {
  const word = raw.trim().toLowerCase();
  return words.includes(word) ? word : refuse(name, words);
}

function refuse(name: string, words: readonly string[]): never {
  throw invalidRequest(`invalid ${name} (use ${words.map((word) => `"${word}"`).join('|')})`);
}

/** Levels whose `off` is the same as not being set. */
function unlessOff(level: string | undefined): string | undefined {
  return level === 'off' ? undefined : level;
}

function modelMembers(model: ModelChange): Changes {
  if (model === undefined) return {};
  const chosen = 'set' in model ? model.set : undefined;
  return {
    providerOverride: chosen?.provider,
    modelOverride: chosen?.model,
    authProfileOverride: undefined,
    authProfileOverrideSource: undefined,
    authProfileOverrideCompactionCount: undefined,
  };
}

/** Checked after the model: `xhigh` must suit the model the session ends up with. */
function thinkingChange(value: string | null | undefined, entry: SessionEntry, ref: ModelRef): Changes {
  if (value === null) return { thinkingLevel: undefined };
  const knowsXhigh = supportsXhigh(ref.provider, ref.model);
  if (value === undefined) return entry.thinkingLevel === 'xhigh' && !knowsXhigh ? { thinkingLevel: 'high' } : {};
  const level = normalizeThinking(value);
  if (level === undefined) {
    throw invalidRequest(`invalid thinkingLevel (use ${thinkingLevels(ref.provider, ref.model).labels.join('|')})`);
  }
  if (level === 'xhigh' && !knowsXhigh) {
    throw invalidRequest(`thinkingLevel "xhigh" is only supported for ${XHIGH_MODELS}`);
  }
  return { thinkingLevel: level };
}
