import type { ConnectionSupervisor } from '../connections/connections.ts';
import type { AccountInput, ChannelAdapter, QrLogin } from '../contract/adapter.ts';

type Started = Awaited<ReturnType<QrLogin['start']>>;
type Ended = Awaited<ReturnType<QrLogin['wait']>>;

/** Links an account by a code (reference protocol/methods.json `web.login.*`). */
export interface AccountLinking {
  /** Closes the account and asks for a code. */
  start(options: { readonly force: boolean; readonly timeoutMs: number }): Promise<Started>;
  /** Opens the account once it is linked. */
  wait(options: { readonly timeoutMs: number }): Promise<Ended>;
}

/** Undefined when no configured channel links its accounts by a code. `accountId` absent: the channel's default account. */
export type LinkAccount = (accountId: string | undefined) => AccountLinking | undefined;

export function createLinkAccount(deps: {
  readonly connections: Pick<ConnectionSupervisor, 'startAccount' | 'stopAccount'>;
  /** The configured channels. */
  readonly adapters: () => readonly ChannelAdapter[];
  readonly defaultAccount: (channel: string) => string;
  readonly inputOf: (account: { readonly channel: string; readonly accountId: string }) => AccountInput;
}): LinkAccount {
  return (named) => {
    const adapter = deps.adapters().find(({ qrLogin }) => qrLogin !== undefined);
    if (adapter?.qrLogin === undefined) return undefined;
    const { qrLogin, facts } = adapter;
    const account = { channel: facts.id, accountId: named ?? deps.defaultAccount(facts.id) };
    return {
      async start(options) {
        await deps.connections.stopAccount(account);
        return qrLogin.start(deps.inputOf(account), options);
      },
      async wait(options) {
        const ended = await qrLogin.wait(deps.inputOf(account), options);
        if (ended.connected) deps.connections.startAccount(account);
        return ended;
      },
    };
  };
}
