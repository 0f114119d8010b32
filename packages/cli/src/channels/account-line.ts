import { formatAge } from '../format.ts';
import { arrayAt, flagAt, isRecord, numberAt, recordAt, textAt } from '../json-reader.ts';

/** What a switched off or half set up account carries as its error; the facts before it say so already. */
const STATED: readonly string[] = ['disabled', 'not configured'];

/** How the link to the service is, in a word; a gateway that tells no health may still say whether it is up. */
const LINKS: Readonly<Record<string, string>> = {
  connected: 'connected',
  connecting: 'connecting',
  waiting: 'reconnecting',
  closing: 'closing',
  terminal: 'gave up',
};

/** The accounts of `channels.status` as lines, e.g. `- Telegram default: enabled, configured, running, connected, in:2m ago`. Pure. */
export function snapshotLines(answer: unknown, now: number): readonly string[] {
  const labels = recordAt(answer, 'channelLabels');
  const accounts = recordAt(answer, 'channelAccounts');
  const ids = arrayAt(answer, 'channelOrder').map(String);
  const named = (id: string, account: unknown): string => `${textAt(labels, id) ?? id} ${nameOf(account)}`;
  const all = ids.flatMap((id) => arrayAt(accounts, id).map((account) => ({ name: named(id, account), account })));
  const warnings = all.flatMap(({ name, account }) =>
    arrayAt(account, 'issues').map((issue) => {
      const fix = textAt(issue, 'fix');
      return `- ${name}: ${textAt(issue, 'message') ?? 'something is wrong'}${fix === undefined ? '' : ` (${fix})`}`;
    }),
  );
  return [
    ...all.map(({ name, account }) => `- ${name}: ${snapshotFacts(account, now).join(', ')}`),
    ...(warnings.length === 0 ? [] : ['', 'Warnings:', ...warnings]),
  ];
}

/** An account of the health snapshot: how it is, and how long ago it showed so. Pure. */
export function accountHealth(
  account: unknown,
  now: number,
): { readonly state: string; readonly facts: readonly string[] } {
  const health = recordAt(account, 'health');
  return {
    state: stateOf(account, textAt(health, 'state')),
    facts: [...linkFacts(account), ...ageFacts(account, now), ...outboxFacts(health), ...errorFacts(account)],
  };
}

function stateOf(account: unknown, state: string | undefined): string {
  if (!flagAt(account, 'configured')) return 'not configured';
  if (isRecord(account) && account.enabled === false) return 'disabled';
  return state === 'off' ? 'stopped' : (state ?? 'configured');
}

function snapshotFacts(account: unknown, now: number): readonly string[] {
  const mode = textAt(account, 'mode');
  const token = textAt(account, 'tokenSource');
  return [
    flagAt(account, 'enabled') ? 'enabled' : 'disabled',
    flagAt(account, 'configured') ? 'configured' : 'not configured',
    flagAt(account, 'running') ? 'running' : 'stopped',
    ...linkFacts(account),
    ...(mode === undefined ? [] : [`mode:${mode}`]),
    ...(token === undefined ? [] : [`token:${token}`]),
    ...ageFacts(account, now),
    ...probeFacts(account),
    ...outboxFacts(recordAt(account, 'health')),
    ...errorFacts(account),
  ];
}

function linkFacts(account: unknown): readonly string[] {
  const link = LINKS[textAt(recordAt(account, 'health'), 'connection') ?? ''];
  if (link !== undefined) return [link];
  return flagAt(account, 'connected') ? ['connected'] : [];
}

function ageFacts(account: unknown, now: number): readonly string[] {
  const age = (key: string, word: string): readonly string[] => {
    const at = numberAt(account, key);
    return at === undefined ? [] : [`${word}:${formatAge(now - at)}`];
  };
  return [...age('lastInboundAt', 'in'), ...age('lastOutboundAt', 'out')];
}

/** Whether the service let us in when it was asked just now. */
function probeFacts(account: unknown): readonly string[] {
  const { ok } = recordAt(account, 'probe');
  return typeof ok === 'boolean' ? [ok ? 'works' : 'probe failed'] : [];
}

/** What the outbox holds of the account; nothing of an empty one. */
function outboxFacts(health: unknown): readonly string[] {
  const outbound = recordAt(health, 'outbound');
  return (['waiting', 'ambiguous', 'dead'] as const).flatMap((key) => {
    const count = numberAt(outbound, key) ?? 0;
    return count === 0 ? [] : [`${key}:${count}`];
  });
}

function errorFacts(account: unknown): readonly string[] {
  const error = textAt(account, 'lastError');
  return error === undefined || STATED.includes(error) ? [] : [`error:${error}`];
}

function nameOf(account: unknown): string {
  const name = textAt(account, 'name');
  return `${textAt(account, 'accountId') ?? 'default'}${name === undefined ? '' : ` (${name})`}`;
}
