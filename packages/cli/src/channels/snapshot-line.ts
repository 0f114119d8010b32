import { formatAge } from '../format.ts';
import { arrayAt, flagAt, numberAt, recordAt, textAt } from '../json-reader.ts';

/** The accounts of `channels.status` as lines, e.g. `- Telegram default: enabled, configured, running, connected, in 2m ago`. Pure. */
export function snapshotLines(answer: unknown, now: number): readonly string[] {
  const labels = recordAt(answer, 'channelLabels');
  const accounts = recordAt(answer, 'channelAccounts');
  return arrayAt(answer, 'channelOrder')
    .map(String)
    .flatMap((id) => arrayAt(accounts, id).map((account) => `- ${textAt(labels, id) ?? id} ${line(account, now)}`));
}

function line(account: unknown, now: number): string {
  const name = textAt(account, 'name');
  const error = textAt(account, 'lastError');
  const mode = textAt(account, 'mode');
  const token = textAt(account, 'tokenSource');
  const age = (key: string, word: string): readonly string[] => {
    const at = numberAt(account, key);
    return at === undefined ? [] : [`${word} ${formatAge(now - at)} ago`];
  };
  const facts = [
    flagAt(account, 'enabled') ? 'enabled' : 'disabled',
    flagAt(account, 'configured') ? 'configured' : 'not configured',
    flagAt(account, 'running') ? 'running' : 'stopped',
    ...(flagAt(account, 'connected') ? ['connected'] : []),
    ...(mode === undefined ? [] : [`mode:${mode}`]),
    ...(token === undefined ? [] : [`token:${token}`]),
    ...age('lastInboundAt', 'in'),
    ...age('lastOutboundAt', 'out'),
    ...(error === undefined ? [] : [`error: ${error}`]),
  ];
  return `${textAt(account, 'accountId') ?? 'default'}${name === undefined ? '' : ` (${name})`}: ${facts.join(', ')}`;
}
