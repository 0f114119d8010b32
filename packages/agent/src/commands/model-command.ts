import { agentDir, type Config, type StatePaths } from '@chela/config';
import type { CatalogEntry, ModelRef, ModelService } from '@chela/models';
import type { SessionEntry } from '@chela/store';
import { isRecord } from '../messages/content-parts.ts';
import { withPinnedProfile } from '../sessions/session-profile.ts';
import type { CommandAnswer } from './command.ts';
import { findModel } from './find-model.ts';
import type { ModelDirective } from './inline-directives.ts';
import { aliasNamed } from './model-aliases.ts';
import { providersText } from './models-command.ts';

/** `/model`: show, list or change the model of a session (reference agent/models.md §2.9). */

export interface ModelAnswer extends Pick<CommandAnswer, 'text' | 'notes'> {
  /** The new override; null takes it away. Absent: nothing changes. */
  readonly override?: ModelOverride | null;
}

export interface ModelOverride {
  readonly ref: ModelRef;
  /** The auth profile that was named behind `@`. */
  readonly profile?: string;
}

export interface ModelFacts {
  readonly models: ModelService;
  readonly config: Config;
  readonly paths: StatePaths;
  readonly agentId: string;
  readonly entry: SessionEntry | undefined;
}

export async function answerModel({ raw, profile }: ModelDirective, facts: ModelFacts): Promise<ModelAnswer> {
  const { models, config, agentId, entry } = facts;
  const standard = await models.defaultRef(agentId);
  const current =
    entry?.providerOverride !== undefined && entry.modelOverride !== undefined
      ? { provider: entry.providerOverride, model: entry.modelOverride }
      : standard;
  if (raw === undefined) return { text: currentText(current) };
  const word = raw.toLowerCase();
  if (word === 'list') return { text: providersText(await models.catalog()) };
  if (word === 'status') return { text: await statusText(facts, current, standard) };
  const wanted = word === 'default' ? standard : await meantModel(raw, standard, facts);
  if (wanted === undefined) return { text: notAllowedText(raw.includes('/') ? raw : `${current.provider}/${raw}`) };
  if (sameRef(wanted, standard) && profile === undefined) {
    return { text: `Model reset to default (${refText(standard)}).`, override: null, ...noteOf(current, standard) };
  }
  const known = profile === undefined ? undefined : await models.profile(profile, agentId);
  if (profile !== undefined && known?.provider !== wanted.provider) {
    return { text: wrongProfileText(profile, known?.provider, wanted.provider) };
  }
  const alias = raw.includes('/') ? undefined : aliasNamed(config, raw);
  const name = alias === undefined ? refText(wanted) : `${alias} (${refText(wanted)})`;
  const key = profile === undefined ? '' : ` with the auth profile ${profile}`;
  return {
    text: `Model set to ${name}${key}.`,
    ...noteOf(current, wanted, name),
    override: { ref: wanted, ...(profile === undefined ? {} : { profile }) },
  };
}

/** What the next request tells the new model. */
function noteOf(before: ModelRef, now: ModelRef, name = refText(now)): Pick<ModelAnswer, 'notes'> {
  return sameRef(before, now) ? {} : { notes: [`Model switched to ${name}.`] };
}

/** A number of the list, an alias or a reference; else the allowed model that comes nearest. */
async function meantModel(
  raw: string,
  standard: ModelRef,
  { models, agentId, config }: ModelFacts,
): Promise<ModelRef | undefined> {
  const catalog = await models.catalog();
  const numbered = /^\d+$/.test(raw) ? catalog[Number(raw) - 1] : undefined;
  if (numbered !== undefined) return refOf(numbered);
  const ref = models.parseRef(raw);
  const isExact = catalog.some((entry) => entry.provider === ref?.provider && entry.id === ref.model);
  const mayUse = ref !== undefined && (await models.allowed(ref, agentId));
  const isAlias = ref !== undefined && !raw.includes('/') && ref.model.toLowerCase() !== raw.toLowerCase();
  const isNamed = ref !== undefined && raw.includes('/') && mayHaveMore(ref, catalog, config);
  const isFine = isExact || isAlias || isNamed || (ref !== undefined && sameRef(ref, standard));
  if (mayUse && isFine) return ref;
  const allowed: CatalogEntry[] = [];
  for (const entry of catalog) if (await models.allowed(refOf(entry), agentId)) allowed.push(entry);
  const near = findModel(raw, allowed);
  if (near !== undefined) return refOf(near);
  return undefined;
}

/** A provider that is known, and whose models are not listed one by one in the configuration, may have others too. */
function mayHaveMore({ provider }: ModelRef, catalog: readonly CatalogEntry[], config: Config): boolean {
  const section = config.models?.providers?.[provider];
  const isListed = isRecord(section) && Array.isArray(section.models) && section.models.length > 0;
  return !isListed && catalog.some((entry) => entry.provider === provider);
}

function refOf({ provider, id }: CatalogEntry): ModelRef {
  return { provider, model: id };
}

function wrongProfileText(id: string, provider: string | undefined, wanted: string): string {
  return provider === undefined
    ? `Auth profile "${id}" not found.`
    : `Auth profile "${id}" is for ${provider}, not ${wanted}.`;
}

/** The entry with another override and profile, or none. */
export function withModelOverride(entry: SessionEntry, override: ModelOverride | null): SessionEntry {
  const { providerOverride: _provider, modelOverride: _model, ...rest } = withPinnedProfile(entry, override?.profile);
  if (override === null) return rest;
  const { ref } = override;
  return { ...rest, providerOverride: ref.provider, modelOverride: ref.model };
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

/** Models, wires and keys of the configured providers; a key is named by where it comes from, never shown. */
async function statusText(facts: ModelFacts, current: ModelRef, standard: ModelRef): Promise<string> {
  const { models, config, paths, agentId } = facts;
  const folder = agentDir(config, paths, agentId).replace(paths.homeDir, '~');
  const catalog = await models.catalog();
  const names = [...new Set([current.provider, ...Object.keys(config.models?.providers ?? {})])];
  const sections = await Promise.all(
    names.map(async (provider) => {
      const credential = await models.credential(provider, agentId);
      const wire = config.models?.providers?.[provider];
      const endpoint = isRecord(wire) && typeof wire.baseUrl === 'string' ? ` endpoint: ${wire.baseUrl}` : '';
      const api = isRecord(wire) && typeof wire.api === 'string' ? ` api: ${wire.api}` : '';
      const file = wire === undefined ? '' : ` (models.json: ${folder}/models.json)`;
      const choices = catalog
        .filter((entry) => entry.provider === provider)
        .slice(0, MODELS_SHOWN)
        .map(({ id, name }) => `  • ${provider}/${id}${name === id ? '' : ` (${name})`}`);
      return [`[${provider}]${endpoint}${api} auth: ${credential?.source ?? 'none found'}${file}`, ...choices].join(
        '\n',
      );
    }),
  );
  const head = [
    `Current: ${refText(current)}`,
    `Default: ${refText(standard)}`,
    `Agent: ${agentId}`,
    `Auth file: ${folder}/auth-profiles.json`,
  ];
  return [head.join('\n'), ...sections].join('\n\n');
}

/** Models of a provider that `/model status` lists. */
const MODELS_SHOWN = 20;

function notAllowedText(raw: string): string {
  return `Model "${raw}" is not allowed. /models lists the providers, /models <provider> their models.`;
}

function refText(ref: ModelRef): string {
  return `${ref.provider}/${ref.model}`;
}

function sameRef(a: ModelRef, b: ModelRef): boolean {
  return a.provider === b.provider && a.model === b.model;
}
