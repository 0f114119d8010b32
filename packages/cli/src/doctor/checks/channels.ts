import { join } from 'node:path';
import { type AccountReading, type ChannelAdapter, createPairingStore } from '@chela/channels';
import { snapshotLines } from '../../channels/account-line.ts';
import { type ChannelDesk, openChannelDesk } from '../../channels/channel-desk.ts';
import { configuredIssues } from '../../channels/configured-issues.ts';
import { CliFailure } from '../../context.ts';
import { callGateway, GatewayCallError } from '../../gateway-call.ts';
import { resolveTarget } from '../../gateway-target.ts';
import { arrayAt, isRecord, numberAt, recordAt } from '../../json-reader.ts';
import type { Check, Finding, Patient } from '../finding.ts';

type Settings = Readonly<Record<string, unknown>>;

const PROBE_TIMEOUT_MS = 4_000;
const CALL_TIMEOUT_MS = 10_000;
const QUICK_TIMEOUT_MS = 3_000;
/** Lists of people that stand in an account's settings. */
const PEOPLE_LISTS = ['allowFrom', 'groupAllowFrom'] as const;

/** What the configuration alone says of channels: credentials, lists, policies (reference cli/doctor.md §1, checks 13–15, 37). */
export const channelSettings: Check = async ({ context, snapshot }) => {
  if (!snapshot.valid) return [];
  const desk = await openChannelDesk(context);
  const found = await Promise.all(
    (await desk.configured()).flatMap((adapter) =>
      desk.accounts(adapter.facts.id).map((accountId) => accountWarnings(desk, adapter, accountId)),
    ),
  );
  const known = (await desk.configured()).map(({ facts }) => facts.id);
  const foreign = desk.named.filter((id) => !known.includes(id));
  const lines = [
    ...foreign.map((id) => `channels.${id} is set up, but there is no adapter for it on this machine.`),
    ...new Set(found.flat()),
  ];
  return lines.length === 0 ? [] : [{ title: 'Doctor warnings', lines: lines.map((line) => `- ${line}`) }];
};

async function accountWarnings(
  desk: ChannelDesk,
  adapter: ChannelAdapter,
  accountId: string,
): Promise<readonly string[]> {
  const { id, label } = adapter.facts;
  if (!desk.isEnabled(id, accountId)) return [];
  const settings = desk.settings(id, accountId);
  const reading = await desk.read(adapter, accountId);
  const place = `channels.${id}`;
  return [
    ...credentialWarnings(`${label} ${accountId}`, reading, settings),
    ...listWarnings(place, adapter, settings),
    ...policyWarnings(place, settings, writtenPolicy(desk, id, accountId)),
  ];
}

function credentialWarnings(name: string, reading: AccountReading, settings: Settings): readonly string[] {
  const file = settings.tokenFile;
  const missing = reading.state === 'unconfigured' ? [`${name} is switched on, but ${reading.reason}.`] : [];
  return missing.length > 0 && typeof file === 'string' ? [`${missing.join()} Its tokenFile is ${file}.`] : missing;
}

/** Entries that can never match anybody: most often names where ids are wanted. */
function listWarnings(place: string, { facts, allowlist }: ChannelAdapter, settings: Settings): readonly string[] {
  const isUnreadable = (entry: string): boolean => entry !== '*' && allowlist.readEntry(entry) === undefined;
  const lists = PEOPLE_LISTS.map((key): [string, unknown] => [key, settings[key]]);
  const groups = Object.entries(recordAt(settings, 'groups')).map(([group, own]): [string, unknown] => [
    `groups.${group}.allowFrom`,
    isRecord(own) ? own.allowFrom : undefined,
  ]);
  return [...lists, ...groups].flatMap(([key, list]) => {
    const bad = entriesOf(list).filter(isUnreadable);
    if (bad.length === 0) return [];
    const hint = `${facts.pairingIdLabel.replace(/^Your /, '')} is what counts; whoever writes to the bot is shown theirs.`;
    return [`${place}.${key} has entries that match nobody: ${bad.join(', ')}. The ${hint}`];
  });
}

/** The policy that somebody chose; a default that lets in no group is nothing to warn of. */
function writtenPolicy({ loaded }: ChannelDesk, channel: string, accountId: string): unknown {
  const section = recordAt(recordAt(loaded.snapshot.parsed, 'channels'), channel);
  return recordAt(recordAt(section, 'accounts'), accountId).groupPolicy ?? section.groupPolicy;
}

function policyWarnings(place: string, settings: Settings, groupPolicy: unknown): readonly string[] {
  const { dmPolicy } = settings;
  const [people, forGroups] = PEOPLE_LISTS.map((key) => entriesOf(settings[key]));
  const hasGroups = Object.keys(recordAt(settings, 'groups')).length > 0;
  const isOpenToAll = dmPolicy === 'open' && people?.includes('*') === true;
  const lets = (list: readonly string[] | undefined): boolean => list !== undefined && list.length > 0;
  return [
    ...(isOpenToAll ? [`${place}.dmPolicy is open: anybody who finds the account can talk to the agent.`] : []),
    ...(groupPolicy === 'open' && !hasGroups
      ? [`${place}.groupPolicy is open and no groups are listed: any group may use the agent.`]
      : []),
    ...(groupPolicy === 'allowlist' && !hasGroups && !lets(people) && !lets(forGroups)
      ? [
          `${place}.groupPolicy is allowlist, but groupAllowFrom and groups list nobody: every group message is dropped.`,
        ]
      : []),
  ];
}

/** What the running gateway says of its channels, and who and what waits for a word (reference cli/doctor.md §1, check 44). */
export const channelHealth: Check = async (patient) => {
  if (!patient.snapshot.valid) return [];
  const desk = await openChannelDesk(patient.context);
  const adapters = await desk.configured();
  if (adapters.length === 0) return [];
  return [...(await liveFindings(patient, desk)), ...(await pairingFindings(patient, adapters))];
};

async function liveFindings({ context, loaded, flags }: Patient, desk: ChannelDesk): Promise<readonly Finding[]> {
  const timeoutMs = flags.nonInteractive === true ? QUICK_TIMEOUT_MS : CALL_TIMEOUT_MS;
  try {
    const target = resolveTarget(context, loaded, {});
    const probe = { probe: true, timeoutMs: Math.min(PROBE_TIMEOUT_MS, timeoutMs) };
    const status = await callGateway(context, target, 'channels.status', probe, { timeoutMs, mode: 'probe' });
    return boxOf('Channel warnings', statusLines(status, context.now()));
  } catch (error) {
    if (!(error instanceof GatewayCallError || error instanceof CliFailure)) throw error;
    // The check of the gateway has said that it does not answer; the settings can be judged without it.
    return boxOf('Channel warnings', await offlineIssues(desk));
  }
}

/** Accounts that are not well, with how and since when; what should be mended; and what stands in the outbox. */
function statusLines(status: unknown, now: number): readonly string[] {
  const accounts = recordAt(status, 'channelAccounts');
  const all = Object.keys(accounts).flatMap((id) => arrayAt(accounts, id));
  const lines = snapshotLines(status, now);
  const [states, warnings] = [lines.slice(0, all.length), lines.slice(all.length)];
  const stuck = all.reduce<number>((sum, account) => sum + stuckOf(account), 0);
  const messages = stuck === 1 ? '1 message' : `${stuck} messages`;
  return [
    ...states.filter((_, index) => isUnwell(all[index])),
    ...warnings.filter((line) => line.startsWith('- ')),
    ...(stuck === 0 ? [] : [`- ${messages} could not be sent; see chela outbox list.`]),
  ];
}

function isUnwell(account: unknown): boolean {
  const { state } = recordAt(account, 'health');
  return state === 'down' || state === 'degraded';
}

function stuckOf(account: unknown): number {
  const outbound = recordAt(recordAt(account, 'health'), 'outbound');
  return (numberAt(outbound, 'dead') ?? 0) + (numberAt(outbound, 'ambiguous') ?? 0);
}

async function offlineIssues(desk: ChannelDesk): Promise<readonly string[]> {
  const found = await configuredIssues(desk);
  return found.map(({ label, accountId, message, fix = '' }) => `- ${label} ${accountId}: ${message} ${fix}`.trimEnd());
}

async function pairingFindings(
  { context, paths }: Patient,
  adapters: readonly ChannelAdapter[],
): Promise<readonly Finding[]> {
  const clock = { now: context.now, after: () => () => undefined };
  const store = createPairingStore({ folder: join(paths.stateDir, 'credentials'), clock });
  const waiting = await Promise.all(
    adapters.map(async ({ facts }) => ({ facts, count: (await store.list(facts.id)).length })),
  );
  const lines = waiting.flatMap(({ facts, count }) => {
    if (count === 0) return [];
    const who = count === 1 ? '1 person waits' : `${count} people wait`;
    return [`- ${who} to be let in on ${facts.label}; see chela pairing list ${facts.id}.`];
  });
  return boxOf('Pairing', lines);
}

const boxOf = (title: string, lines: readonly string[]): readonly Finding[] =>
  lines.length === 0 ? [] : [{ title, lines }];

function entriesOf(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map((entry) => String(entry).trim()).filter((entry) => entry !== '') : [];
}
