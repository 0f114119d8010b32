import { DEFAULT_ACCOUNT_ID, normalizeAccountId } from '@chela/agent';
import type { ConfigEdit } from '@chela/config';
import type { ChannelFacts, SetupField } from '../contract/facts.ts';
import { isRecord, textOf } from '../record.ts';

/** What a person gave for an account, by the name of its flag or by the setting's own key. */
export interface GivenSettings {
  readonly flags: Readonly<Record<string, unknown>>;
  /** Settings by their own keys, already of the right type. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** `key=value` pairs. */
  readonly pairs: readonly string[];
  readonly useEnv: boolean;
  readonly name: string | undefined;
  /** `channels.<id>` as the file has it now; absent: there is none. */
  readonly section?: unknown;
}

/** Where the settings of an account stand: the section itself for the account `default`, else its entry. Pure. */
export function accountPath(channel: string, accountId: string): readonly string[] {
  return accountId === DEFAULT_ACCOUNT_ID ? ['channels', channel] : ['channels', channel, 'accounts', accountId];
}

/** The edits that set an account up, or what is missing. Pure. */
export function setupEdits(
  facts: ChannelFacts,
  accountId: string,
  given: GivenSettings,
): { readonly edits: readonly ConfigEdit[] } | { readonly problem: string } {
  const values = new Map<string, unknown>(Object.entries(given.values ?? {}));
  for (const field of facts.setup) {
    const value = field.flags?.map((flag) => given.flags[flag]).find((candidate) => candidate !== undefined);
    if (value !== undefined) values.set(field.key, readField(field, String(value)));
  }
  for (const pair of given.pairs) {
    const at = pair.indexOf('=');
    if (at < 1) return { problem: `--set takes key=value, not "${pair}"` };
    const key = pair.slice(0, at);
    const field = facts.setup.find((candidate) => candidate.key === key);
    const text = pair.slice(at + 1);
    values.set(key, field === undefined ? text : readField(field, text));
  }
  if (given.useEnv && accountId !== DEFAULT_ACCOUNT_ID) {
    return { problem: '--use-env only works with the account "default": the environment has one value for each' };
  }
  // Tokens are an account's own; everything else is taken over from the section.
  const shared = facts.login === 'token' || !isRecord(given.section) ? {} : given.section;
  const problem = given.useEnv ? undefined : missingField(facts, { ...shared, ...Object.fromEntries(values) });
  if (problem !== undefined) return { problem };
  const path = accountPath(facts.id, accountId);
  const edit = (key: string, value: unknown): ConfigEdit => ({ path: [...path, key], value });
  return {
    edits: [
      ...keptDefault(facts, accountId, given.section),
      ...[...values].map(([key, value]) => edit(key, value)),
      ...(given.name === undefined ? [] : [edit('name', given.name)]),
      { path: ['channels', facts.id, 'enabled'], value: true },
      ...(accountId === DEFAULT_ACCOUNT_ID ? [] : [edit('enabled', true)]),
    ],
  };
}

/**
 * The account that the section itself stands for is one no longer once another account has an entry, unless it has one too;
 * its name goes along, since others would take it over.
 */
function keptDefault({ id, setup }: ChannelFacts, accountId: string, section: unknown): readonly ConfigEdit[] {
  if (accountId === DEFAULT_ACCOUNT_ID || !isRecord(section)) return [];
  const accounts = isRecord(section.accounts) ? section.accounts : {};
  const isSetUp = setup.some(({ key }) => section[key] !== undefined);
  if (!isSetUp || Object.keys(accounts).some((known) => normalizeAccountId(known) === DEFAULT_ACCOUNT_ID)) return [];
  // Other accounts stand beside it already, and it is none: nothing changes.
  if (Object.keys(accounts).length > 0) return [];
  const name = textOf(section.name);
  const path = ['channels', id];
  return [
    { path: [...path, 'accounts', DEFAULT_ACCOUNT_ID], value: name === undefined ? {} : { name } },
    ...(name === undefined ? [] : [{ path: [...path, 'name'], value: undefined }]),
  ];
}

function readField({ kind }: SetupField, text: string): unknown {
  if (kind === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (kind === 'boolean') return /^(true|1|yes|on)$/i.test(text.trim());
  if (kind === 'list') return text.split(',').flatMap((item) => item.trim() || []);
  return text;
}

/** The first group of settings of which none was given. */
function missingField(facts: ChannelFacts, values: Readonly<Record<string, unknown>>): string | undefined {
  const groups = new Set(facts.setup.flatMap(({ requiredGroup }) => requiredGroup ?? []));
  for (const group of groups) {
    const fields = facts.setup.filter(({ requiredGroup }) => requiredGroup === group);
    if (fields.some(({ key }) => values[key] !== undefined)) continue;
    const ways = fields.map(({ key, flags = [] }) =>
      flags[0] === undefined ? `--set ${key}=…` : `--${kebab(flags[0])}`,
    );
    return `${facts.label} requires ${ways.join(' or ')}${fields.some(({ env }) => env) ? ' (or --use-env)' : ''}.`;
  }
  return undefined;
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
