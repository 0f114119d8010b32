import type { AccountReading } from '../contract/adapter.ts';

/** What an account's configuration comes to: reasons why it stays off, or how to connect it. */
export type AccountPlan =
  | {
      readonly state: 'disabled' | 'unconfigured' | 'misconfigured';
      readonly reason: string;
      readonly shown: Readonly<Record<string, unknown>>;
    }
  | (Extract<AccountReading, { state: 'ready' }> & {
      /** Gives the credential back to be used by others; called when the connection is gone. */
      release(): void;
    });
