/** A channel in short, as `status` tells of it (reference cli/samples/status-json `channelSummary`). */
export interface SummarizedChannel {
  readonly label: string;
  readonly accounts: readonly {
    readonly accountId: string;
    readonly name: string | undefined;
    readonly isEnabled: boolean;
    readonly isConfigured: boolean;
    /** Members of the account's snapshot that its settings alone tell. */
    readonly shown: Readonly<Record<string, unknown>>;
  }[];
}

/** `Telegram: configured`, and behind it each account that is set up, e.g. `  - biz (Biz bot) (token:config)`. Pure. */
export function summaryLines(channels: readonly SummarizedChannel[]): readonly string[] {
  return channels.flatMap(({ label, accounts }) => {
    const setUp = accounts.filter(({ isConfigured }) => isConfigured);
    const state = accounts.every(({ isEnabled }) => !isEnabled) ? 'disabled' : 'configured';
    const lines = setUp.map(({ accountId, name, isEnabled, shown: { tokenSource, port } }) => {
      const notes = [
        ...(isEnabled ? [] : ['disabled']),
        ...(typeof tokenSource === 'string' ? [`token:${tokenSource}`] : []),
        ...(typeof port === 'number' ? [`port:${port}`] : []),
      ];
      const named = name === undefined ? '' : ` (${name})`;
      return `  - ${accountId}${named}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
    });
    return [`${label}: ${setUp.length === 0 ? 'not configured' : state}`, ...lines];
  });
}
