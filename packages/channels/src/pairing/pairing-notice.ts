/** What a stranger is told, once (reference channels/framework.md §6). Pure. */
export function pairingNotice(facts: {
  readonly channel: string;
  /** E.g. `Your Telegram user id`. */
  readonly idLabel: string;
  readonly id: string;
  readonly code: string;
  /** `--profile` of this gateway, when it runs under one. */
  readonly profile?: string;
}): string {
  const program = facts.profile === undefined ? 'openclaw' : `openclaw --profile ${facts.profile}`;
  return [
    'Chela: access not configured.',
    '',
    `${facts.idLabel}: ${facts.id}`,
    '',
    `Pairing code: ${facts.code}`,
    '',
    'Ask the bot owner to approve with:',
    `${program} pairing approve ${facts.channel} ${facts.code}`,
  ].join('\n');
}

/** What they are told once they were let in. */
export const APPROVED_NOTICE = '✅ Chela access approved. Send a message to start chatting.';
