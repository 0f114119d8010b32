import { DEFAULT_ACCOUNT_ID, mainSessionKey, type SystemEvents } from '@chela/agent';
import { type ConfigService, defaultAgentId } from '@chela/config';
import type { Clock, Logger, Metrics } from '@chela/observability';
import type { Store } from '@chela/store';
import type { AccountName } from '../kernel.ts';
import { textOf } from '../record.ts';
import type { TerminalKind } from './connection-machine.ts';

/** An account that waits for its operator. */
export interface AccountAlarm extends AccountName {
  readonly why: TerminalKind;
  readonly reason: string;
}

export interface OperatorNoticeDeps {
  readonly config: Pick<ConfigService, 'current'>;
  readonly sessions: Pick<Store['sessions'], 'get'>;
  readonly systemEvents: Pick<SystemEvents, 'add'>;
  /** Sends a text to where a session was last used. */
  readonly tell: (account: AccountName, to: string, key: string, text: string) => Promise<void>;
  readonly isConnected: (account: AccountName) => boolean;
  readonly labelOf: (channel: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const WHAT_HAPPENED: Readonly<Record<TerminalKind, string>> = {
  revoked: 'its credential was refused',
  loggedOut: 'it was logged out',
  misconfigured: 'its settings do not work',
};

/**
 * Tells the operator that an account stopped for good, on every way but the broken one: the log, the metrics, a note in
 * the main session and, when the main session was last used on another account that is connected, a message there.
 */
export function createOperatorNotice(deps: OperatorNoticeDeps): (alarm: AccountAlarm) => Promise<void> {
  return async (alarm) => {
    const { channel, accountId, why, reason } = alarm;
    const text = `⚠️ ${deps.labelOf(channel)} account "${accountId}" stopped: ${WHAT_HAPPENED[why]} (${reason}). It stays off until its settings are mended or it is started again.`;
    deps.logger.error(text, { channel, accountId, why });
    deps.metrics.count('chela_channel_alarms_total', { channel, reason: why });
    const config = deps.config.current();
    const sessionKey = mainSessionKey(config, defaultAgentId(config));
    deps.systemEvents.add(sessionKey, text, `channel:${channel}/${accountId}`);
    const entry = (await deps.sessions.get(sessionKey))?.entry;
    const [lastChannel, to] = [textOf(entry?.lastChannel), textOf(entry?.lastTo)];
    if (lastChannel === undefined || to === undefined) return;
    const account = { channel: lastChannel, accountId: textOf(entry?.lastAccountId) ?? DEFAULT_ACCOUNT_ID };
    if ((account.channel === channel && account.accountId === accountId) || !deps.isConnected(account)) return;
    const key = `alarm:${channel}/${accountId}:${deps.clock.now()}`;
    await deps.tell(account, to, key, text);
  };
}
