import { isJsonObject, type JsonObject, objectAt, text } from '../json-object.ts';
import { isSafeExecutable } from '../schema/rules-tools.ts';
import { dropIfEmpty, ensureObject, fillMissing, type MigrationStep, objectsOf, take } from './draft.ts';

/** `routing.agents` becomes `agents.list` (step 11). */
export const moveRoutingAgents: MigrationStep = (draft, changes) => {
  const routing = objectAt(draft, 'routing');
  const agents = objectAt(routing, 'agents');
  if (routing === undefined || agents === undefined) return;
  for (const [id, entry] of Object.entries(agents)) {
    if (isJsonObject(entry)) moveRoutingAgent(draft, id, entry, changes);
  }
  delete routing.agents;
  changes.push('Moved routing.agents → agents.list.');
};

function moveRoutingAgent(draft: JsonObject, id: string, entry: JsonObject, changes: string[]): void {
  const agent = ensureAgent(draft, id);
  const patterns = take(entry, 'mentionPatterns');
  if (patterns !== undefined) {
    const groupChat = ensureObject(agent, 'groupChat');
    if (groupChat.mentionPatterns === undefined) {
      groupChat.mentionPatterns = patterns;
      changes.push(`Moved routing.agents.${id}.mentionPatterns → agents.list (id "${id}").groupChat.mentionPatterns.`);
    } else {
      changes.push(`Removed routing.agents.${id}.mentionPatterns (agents.list groupChat mentionPatterns already set).`);
    }
  }
  const sandbox = objectAt(entry, 'sandbox');
  const tools = sandbox === undefined ? undefined : take(sandbox, 'tools');
  if (isJsonObject(tools)) {
    fillMissing(ensureObject(agent, 'tools', 'sandbox', 'tools'), tools);
    changes.push(`Moved routing.agents.${id}.sandbox.tools → agents.list (id "${id}").tools.sandbox.tools.`);
  }
  fillMissing(agent, entry);
}

/** `routing.defaultAgentId` (step 12). */
export const moveDefaultAgent: MigrationStep = (draft, changes) => {
  const routing = objectAt(draft, 'routing');
  if (routing?.defaultAgentId === undefined) return;
  const id = text(take(routing, 'defaultAgentId'));
  if (objectsOf(objectAt(draft, 'agents')?.list).some((agent) => agent.default === true)) {
    changes.push('Removed routing.defaultAgentId (agents.list default already set).');
  } else if (id !== undefined) {
    ensureAgent(draft, id).default = true;
    changes.push(`Moved routing.defaultAgentId → agents.list (id "${id}").default.`);
  }
};

/** Keys of `routing` that found a home elsewhere (steps 13 to 17). */
export const moveRoutingKeys: MigrationStep = (draft, changes) => {
  const moves: readonly (readonly [from: readonly string[], to: readonly string[]])[] = [
    [['bindings'], ['bindings']],
    [['agentToAgent'], ['tools', 'agentToAgent']],
    [['queue'], ['messages', 'queue']],
    [
      ['groupChat', 'historyLimit'],
      ['messages', 'groupChat', 'historyLimit'],
    ],
    [
      ['groupChat', 'mentionPatterns'],
      ['messages', 'groupChat', 'mentionPatterns'],
    ],
  ];
  for (const [from, to] of moves) moveKey(draft, ['routing', ...from], to, changes);
  const routing = objectAt(draft, 'routing');
  if (routing !== undefined) dropIfEmpty(routing, 'groupChat');
};

/** Transcription by a program, under its two old names (steps 18 and 19). */
export const moveTranscription: MigrationStep = (draft, changes) => {
  for (const [section, key] of [
    ['routing', 'transcribeAudio'],
    ['audio', 'transcription'],
  ] as const) {
    const holder = objectAt(draft, section);
    if (holder?.[key] === undefined) continue;
    const model = transcriptionModel(take(holder, key));
    dropIfEmpty(draft, section);
    const existing = objectAt(draft, 'tools', 'media', 'audio')?.models;
    if (model === undefined) {
      changes.push(`Removed ${section}.${key} (invalid or empty command).`);
    } else if (Array.isArray(existing) && existing.length > 0) {
      changes.push(`Removed ${section}.${key} (tools.media.audio.models already set).`);
    } else {
      const audio = ensureObject(draft, 'tools', 'media', 'audio');
      audio.enabled = true;
      audio.models = [model];
      changes.push(`Moved ${section}.${key} → tools.media.audio.models.`);
    }
  }
};

function transcriptionModel(value: unknown): JsonObject | undefined {
  if (!isJsonObject(value) || !Array.isArray(value.command)) return undefined;
  const [program, ...args] = value.command.map(String);
  if (program === undefined || !isSafeExecutable(program)) return undefined;
  const model: JsonObject = { type: 'cli', command: program };
  if (args.length > 0) model.args = args;
  if (typeof value.timeoutSeconds === 'number') model.timeoutSeconds = value.timeoutSeconds;
  return model;
}

/** Moves a value to a new path; when that is taken, the old value goes. */
export function moveKey(draft: JsonObject, from: readonly string[], to: readonly string[], changes: string[]): void {
  const fromKey = from.at(-1) ?? '';
  const toKey = to.at(-1) ?? '';
  const source = objectAt(draft, ...from.slice(0, -1));
  if (source?.[fromKey] === undefined) return;
  const value = take(source, fromKey);
  const target = ensureObject(draft, ...to.slice(0, -1));
  if (target[toKey] !== undefined) {
    changes.push(`Removed ${from.join('.')} (${to.join('.')} already set).`);
    return;
  }
  target[toKey] = value;
  changes.push(`Moved ${from.join('.')} → ${to.join('.')}.`);
}

/** The entry of `agents.list` with this id; appended when there is none. */
export function ensureAgent(draft: JsonObject, id: string): JsonObject {
  const agents = ensureObject(draft, 'agents');
  const list: unknown[] = Array.isArray(agents.list) ? agents.list : [];
  agents.list = list;
  const found = objectsOf(list).find((agent) => agent.id === id);
  if (found !== undefined) return found;
  const made: JsonObject = { id };
  list.push(made);
  return made;
}
