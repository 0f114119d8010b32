import type { ModelRef, ModelService } from '@chela/models';
import type { SessionEntry } from '@chela/store';
import { withPinnedProfile } from '../sessions/session-profile.ts';

/** `/model`: show, list or change the model of a session (reference agent/models.md §2.9). */

export interface ModelAnswer {
  readonly text: string;
  /** The new override; null takes it away. Absent: nothing changes. */
  readonly override?: ModelRef | null;
  /** The auth profile the session is to stay with; absent with a new override: none. */
  readonly profileId?: string;
}

export interface ModelFacts {
  readonly models: ModelService;
  readonly agentId: string;
  readonly entry: SessionEntry | undefined;
}

export async function answerModel(raw: string | undefined, facts: ModelFacts): Promise<ModelAnswer> {
  const { models, agentId, entry } = facts;
  const standard = await models.defaultRef(agentId);
  const current =
    entry?.providerOverride !== undefined && entry.modelOverride !== undefined
      ? { provider: entry.providerOverride, model: entry.modelOverride }
      : standard;
  if (raw === undefined) return { text: currentText(current) };
  const word = raw.toLowerCase();
  if (word === 'list') return { text: await listText(models) };
  if (word === 'status') return { text: await statusText(facts, current, standard) };
  const asked = splitProfile(raw);
  const profile = asked.profileId === undefined ? undefined : await models.profile(asked.profileId, agentId);
  const wanted = word === 'default' ? standard : models.parseRef(asked.model);
  if (wanted !== undefined && asked.profileId !== undefined && profile?.provider !== wanted.provider)
    return { text: wrongProfileText(asked.profileId, profile?.provider, wanted.provider) };
  if (wanted === undefined || !(await models.allowed(wanted, agentId))) return { text: notAllowedText(raw) };
  const pinned = profile === undefined ? {} : { profileId: profile.id };
  const note = profile === undefined ? '' : ` Auth profile set to ${profile.id}.`;
  if (sameRef(wanted, standard))
    return { text: `Model reset to default (${refText(standard)}).${note}`, override: null, ...pinned };
  const name = asked.model.includes('/') ? refText(wanted) : `${asked.model} (${refText(wanted)})`;
  return { text: `Model set to ${name}.${note}`, override: wanted, ...pinned };
}

/** `model@profile`; a profile id may hold an `@` of its own, so the first one behind the model counts. */
function splitProfile(raw: string): { readonly model: string; readonly profileId: string | undefined } {
  const at = raw.indexOf('@', Math.max(1, raw.lastIndexOf('/')));
  const profileId = at < 0 ? '' : raw.slice(at + 1).trim();
  return profileId === '' ? { model: raw, profileId: undefined } : { model: raw.slice(0, at).trim(), profileId };
}

function wrongProfileText(id: string, provider: string | undefined, wanted: string): string {
  return provider === undefined
    ? `Auth profile "${id}" not found.`
    : `Auth profile "${id}" is for ${provider}, not ${wanted}.`;
}

/** The entry with another override and profile, or none. */
export function withModelOverride(
  entry: SessionEntry,
  override: ModelRef | null,
  profileId: string | undefined,
): SessionEntry {
  const { providerOverride: _provider, modelOverride: _model, ...rest } = withPinnedProfile(entry, profileId);
  return override === null ? rest : { ...rest, providerOverride: override.provider, modelOverride: override.model };
}

function currentText(current: ModelRef): string {
  return [
    `Current: ${refText(current)}`,
    '',
    'Change: /model <provider/model>',
    'Look around: /models (providers), /models <provider> (its models)',
    'More: /model status',
  ].join('\n');
}

async function listText(models: ModelService): Promise<string> {
  const counts = new Map<string, number>();
  for (const { provider } of await models.catalog()) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  const lines = [...counts].map(([provider, count]) => `- ${provider} (${count})`);
  return ['Providers:', ...lines, '', 'Its models: /models <provider>', 'Change: /model <provider/model>'].join('\n');
}

async function statusText(facts: ModelFacts, current: ModelRef, standard: ModelRef): Promise<string> {
  const credential = await facts.models.credential(current.provider, facts.agentId);
  return [
    `Current: ${refText(current)}`,
    `Default: ${refText(standard)}`,
    `Agent: ${facts.agentId}`,
    `Key for ${current.provider}: ${credential?.source ?? 'none found'}`,
  ].join('\n');
}

function notAllowedText(raw: string): string {
  return `Model "${raw}" is not allowed. /models lists the providers, /models <provider> their models.`;
}

function refText(ref: ModelRef): string {
  return `${ref.provider}/${ref.model}`;
}

function sameRef(a: ModelRef, b: ModelRef): boolean {
  return a.provider === b.provider && a.model === b.model;
}
