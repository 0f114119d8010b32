import { formatTokens, formatUsd, type Usage } from '@chela/models';
import type { ReplyPayload } from '../runtime.ts';

/** The line that `/usage tokens|full` puts under an answer (reference agent/sessions.md §19). Pure. */
export function withUsageFooter(
  payloads: readonly ReplyPayload[],
  mode: 'off' | 'tokens' | 'full',
  facts: { readonly usage: Usage | undefined; readonly sessionKey: string },
): readonly ReplyPayload[] {
  const last = payloads.at(-1);
  if (mode === 'off' || last === undefined || last.text === '' || facts.usage === undefined) return payloads;
  const { input, output, cost } = facts.usage;
  const tokens = `Usage: ${formatTokens(input)} in / ${formatTokens(output)} out`;
  const paid = cost.total > 0 ? ` · est ${formatUsd(cost.total)}` : '';
  const footer = mode === 'full' ? `${tokens}${paid} · session ${facts.sessionKey}` : `${tokens}${paid}`;
  return [...payloads.slice(0, -1), { ...last, text: `${last.text}\n\n${footer}` }];
}
