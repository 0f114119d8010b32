import type { ModelRef, ModelService } from '@chela/models';
import type { SessionEntry } from '@chela/store';

/** `/model`: show, list or change the model of a session (reference agent/models.md §2.9). */

export interface ModelAnswer {
  readonly text: string;
  /** The new override; null takes it away. Absent: nothing changes. */
  readonly override?: ModelRef | null;
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
  const wanted = word === 'default' ? standard : models.parseRef(raw);
  if (wanted === undefined || !(await models.allowed(wanted, agentId))) return { text: notAllowedText(raw) };
  if (sameRef(wanted, standard)) return { text: `Model reset to default (${refText(standard)}).`, override: null };
  const name = raw.includes('/') ? refText(wanted) : `${raw} (${refText(wanted)})`;
  return { text: `Model set to ${name}.`, override: wanted };
}

/** The entry with another override, or none. */
export function withModelOverride(entry: SessionEntry, override: ModelRef | null): SessionEntry {
  const { providerOverride: _provider, modelOverride: _model, ...rest } = entry;
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
