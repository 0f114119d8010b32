import { isRecord } from '../json-record.ts';

/** A setting that an account is asked for. */
export interface SetupField {
  readonly key: string;
  readonly label: string;
  readonly help: string;
  readonly kind: 'text' | 'number' | 'boolean' | 'list';
  readonly isSecret: boolean;
  /** Of the fields with the same group one is needed. */
  readonly requiredGroup: string | undefined;
}

export interface KnownChannel {
  readonly id: string;
  readonly label: string;
  readonly blurb: string;
  readonly setup: readonly SetupField[];
}

/** Health of an account; worst first wins. */
export type AccountHealth = 'ok' | 'waiting' | 'failed' | 'off';

export interface ShownAccount {
  readonly accountId: string;
  readonly name: string;
  readonly health: AccountHealth;
  /** What it does, in a few words, e.g. `connected`. */
  readonly state: string;
  readonly isEnabled: boolean;
  readonly error: string;
  /** What an operator should mend, and how. */
  readonly issues: readonly string[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  readonly inboundAt: number | undefined;
  readonly outboundAt: number | undefined;
}

export interface PairingRequest {
  readonly channel: string;
  readonly code: string;
  readonly id: string;
  readonly who: string;
  readonly askedAt: number;
}

export interface ShownDelivery {
  readonly id: number;
  readonly channel: string;
  readonly to: string;
  readonly state: string;
  readonly preview: string;
  readonly reason: string;
  readonly createdAt: number;
}

export function readKnownChannel(value: unknown): KnownChannel | undefined {
  if (!isRecord(value) || typeof value.id !== 'string') return undefined;
  const setup = Array.isArray(value.setup) ? value.setup.flatMap((field) => readField(field) ?? []) : [];
  return { id: value.id, label: text(value.label) || value.id, blurb: text(value.blurb), setup };
}

const KINDS = ['text', 'number', 'boolean', 'list'] as const;

function readField(value: unknown): SetupField | undefined {
  if (!isRecord(value) || typeof value.key !== 'string') return undefined;
  return {
    key: value.key,
    label: text(value.label) || value.key,
    help: text(value.help),
    kind: KINDS.find((kind) => kind === value.kind) ?? 'text',
    isSecret: value.isSecret === true,
    requiredGroup: typeof value.requiredGroup === 'string' ? value.requiredGroup : undefined,
  };
}

/** The accounts of each channel, from `channels.status`. */
export function readAccounts(value: unknown): Readonly<Record<string, readonly ShownAccount[]>> {
  const channels = isRecord(value) && isRecord(value.channelAccounts) ? value.channelAccounts : {};
  return Object.fromEntries(
    Object.entries(channels).map(([id, accounts]) => [
      id,
      Array.isArray(accounts) ? accounts.flatMap((account) => readAccount(account) ?? []) : [],
    ]),
  );
}

function readAccount(value: unknown): ShownAccount | undefined {
  if (!isRecord(value) || typeof value.accountId !== 'string') return undefined;
  const isEnabled = value.enabled !== false;
  const error = text(value.lastError);
  return {
    accountId: value.accountId,
    name: text(value.name),
    ...healthOf(value, isEnabled),
    isEnabled,
    error: isEnabled ? error : '',
    issues: Array.isArray(value.issues) ? value.issues.flatMap(readIssue) : [],
    startedAt: time(value.lastStartAt),
    inboundAt: time(value.lastInboundAt),
    outboundAt: time(value.lastOutboundAt),
  };
}

function readIssue(value: unknown): readonly string[] {
  if (!isRecord(value) || typeof value.message !== 'string') return [];
  return [typeof value.fix === 'string' ? `${value.message} ${value.fix}` : value.message];
}

const LINKS: Readonly<Record<string, string>> = {
  connected: 'connected',
  connecting: 'connecting',
  waiting: 'reconnecting',
  closing: 'reconnecting',
  terminal: 'gave up',
};

/** The gateway's own judgement where it gives one: transport, inbound, outbound and login, the worst wins. */
function healthOf(
  account: Readonly<Record<string, unknown>>,
  isEnabled: boolean,
): { readonly health: AccountHealth; readonly state: string } {
  if (!isEnabled) return { health: 'off', state: 'switched off' };
  if (account.configured === false) return { health: 'failed', state: 'not set up' };
  const health = isRecord(account.health) ? account.health : {};
  const state = LINKS[text(health.connection)] ?? (account.running === true ? 'running' : 'stopped');
  if (health.state === 'ok') return { health: 'ok', state };
  return { health: health.state === 'degraded' ? 'waiting' : 'failed', state };
}

export function readPairing(value: unknown): PairingRequest | undefined {
  if (!isRecord(value)) return undefined;
  const { channel, code, id, meta, createdAt } = value;
  if (typeof channel !== 'string' || typeof code !== 'string' || typeof id !== 'string') return undefined;
  const { accountId: _, username, ...names } = isRecord(meta) ? meta : {};
  const handle = text(username) && `@${text(username).replace(/^@/, '')}`;
  const who = [...Object.values(names).map(text), handle].filter(Boolean).join(' ');
  return { channel, code, id, who, askedAt: Date.parse(text(createdAt)) || 0 };
}

export function readDelivery(value: unknown): ShownDelivery | undefined {
  if (!isRecord(value) || typeof value.id !== 'number' || typeof value.channel !== 'string') return undefined;
  return {
    id: value.id,
    channel: value.channel,
    to: isRecord(value.address) ? text(value.address.to) : '',
    state: text(value.state),
    preview: text(value.preview),
    reason: text(value.reason),
    createdAt: time(value.createdAt) ?? 0,
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const time = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
