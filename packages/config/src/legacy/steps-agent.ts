import { isJsonObject, objectAt, text } from '../json-object.ts';
import { dropIfEmpty, ensureObject, fillMissing, type MigrationStep, objectsOf, take } from './draft.ts';
import { ensureAgent, moveKey } from './steps-routing.ts';

/** Top-level `memorySearch` (step 20). */
export const moveMemorySearch: MigrationStep = (draft, changes) => {
  const legacy = draft.memorySearch;
  if (!isJsonObject(legacy)) return;
  delete draft.memorySearch;
  const existed = objectAt(draft, 'agents', 'defaults', 'memorySearch') !== undefined;
  fillMissing(ensureObject(draft, 'agents', 'defaults', 'memorySearch'), legacy);
  changes.push(
    existed
      ? 'Merged memorySearch → agents.defaults.memorySearch (filled missing fields from legacy; kept explicit agents.defaults values).'
      : 'Moved memorySearch → agents.defaults.memorySearch.',
  );
};

/** A profile of the Claude CLI is an OAuth login (step 21). */
export const correctClaudeCliProfile: MigrationStep = (draft, changes) => {
  const profile = objectAt(draft, 'auth', 'profiles', 'anthropic:claude-cli');
  if (profile?.mode !== 'token') return;
  profile.mode = 'oauth';
  changes.push('Updated auth.profiles["anthropic:claude-cli"].mode → "oauth".');
};

/** `tools.bash` and `messages.tts.enabled` (steps 22 and 23). */
export const renameToolKeys: MigrationStep = (draft, changes) => {
  moveKey(draft, ['tools', 'bash'], ['tools', 'exec'], changes);
  const tts = objectAt(draft, 'messages', 'tts');
  if (tts?.enabled === undefined) return;
  const enabled = take(tts, 'enabled') === true;
  if (tts.auto !== undefined) {
    changes.push('Removed messages.tts.enabled (messages.tts.auto already set).');
    return;
  }
  tts.auto = enabled ? 'always' : 'off';
  changes.push(`Moved messages.tts.enabled → messages.tts.auto (${tts.auto}).`);
};

/** `agent` with the tool settings it used to hold (steps 24 to 29). */
export const moveAgentSection: MigrationStep = (draft, changes) => {
  const agent = draft.agent;
  if (!isJsonObject(agent)) return;
  const tools = take(agent, 'tools');
  for (const key of ['allow', 'deny'] as const) {
    const value = isJsonObject(tools) ? tools[key] : undefined;
    if (value === undefined || objectAt(draft, 'tools')?.[key] !== undefined) continue;
    ensureObject(draft, 'tools')[key] = value;
    changes.push(`Moved agent.tools.${key} → tools.${key}.`);
  }
  moveKey(draft, ['agent', 'elevated'], ['tools', 'elevated'], changes);
  moveKey(draft, ['agent', 'bash'], ['tools', 'exec'], changes);
  for (const part of ['sandbox', 'subagents'] as const) {
    const holder = objectAt(agent, part);
    const policy = holder === undefined ? undefined : take(holder, 'tools');
    if (!isJsonObject(policy)) continue;
    fillMissing(ensureObject(draft, 'tools', part, 'tools'), policy);
    changes.push(`Moved agent.${part}.tools → tools.${part}.tools.`);
  }
  delete draft.agent;
  fillMissing(ensureObject(draft, 'agents', 'defaults'), agent);
  changes.push('Moved agent → agents.defaults.');
};

/** `identity` belongs to the default agent (step 30). */
export const moveIdentity: MigrationStep = (draft, changes) => {
  const identity = draft.identity;
  if (!isJsonObject(identity)) return;
  delete draft.identity;
  const list = objectsOf(objectAt(draft, 'agents')?.list);
  const chosen = list.find((agent) => agent.default === true) ?? list[0];
  const id = text(chosen?.id) ?? 'main';
  const agent = ensureAgent(draft, id);
  if (agent.identity !== undefined) {
    changes.push('Removed identity (agents.list identity already set).');
    return;
  }
  agent.identity = identity;
  changes.push(`Moved identity → agents.list (id "${id}").identity.`);
};

/** An emptied `routing` must not stay behind: it is no key of the current schema. */
export const dropEmptyRouting: MigrationStep = (draft) => dropIfEmpty(draft, 'routing');
