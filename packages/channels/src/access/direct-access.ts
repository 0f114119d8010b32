import type { AllowlistSyntax } from '../contract/adapter.ts';
import type { InboundSender } from '../contract/inbound.ts';
import { isRecord } from '../record.ts';
import { entriesOf, listingOf } from './lists.ts';

/** Who may write to us directly (reference channels/framework.md §6). Pure. */

export type DirectPolicy = 'pairing' | 'allowlist' | 'open' | 'disabled';

export type DirectAccess =
  | { readonly kind: 'allowed'; readonly isNamed: boolean }
  /** They may ask the owner to be let in. */
  | { readonly kind: 'stranger' }
  | { readonly kind: 'refused'; readonly reason: string };

export interface DirectQuestion {
  /** Merged settings of the account. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly sender: InboundSender;
  readonly syntax: AllowlistSyntax;
  /** Ids that were let in by pairing. */
  readonly paired: readonly string[];
}

export function directPolicy(settings: DirectQuestion['settings']): DirectPolicy {
  const word = settings.dmPolicy ?? (isRecord(settings.dm) ? settings.dm.policy : undefined);
  return word === 'allowlist' || word === 'open' || word === 'disabled' ? word : 'pairing';
}

/** The list in force is what the configuration says and who was paired. Nobody is let in by an empty list. */
export function directAccess({ settings, sender, syntax, paired }: DirectQuestion): DirectAccess {
  const policy = directPolicy(settings);
  if (policy === 'disabled') return { kind: 'refused', reason: 'direct messages are switched off' };
  const configured = entriesOf(settings.allowFrom) ?? entriesOf(isRecord(settings.dm) ? settings.dm.allowFrom : []);
  const listing = listingOf([...(configured ?? []), ...paired], sender, syntax);
  if (listing === 'named') return { kind: 'allowed', isNamed: true };
  // `open` without `*` is no configuration that passes the schema; should it get here, it opens nothing.
  if (listing === 'anybody') return { kind: 'allowed', isNamed: false };
  return policy === 'pairing' ? { kind: 'stranger' } : { kind: 'refused', reason: 'not on the allowlist' };
}
