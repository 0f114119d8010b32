/**
 * Forms of older clients that the gateway still takes. They are looked for only in what the contract refuses, so a frame
 * in form pays nothing, and what is refused for another reason keeps the contract's text.
 */
export const LEGACY_ALIASES = [
  'frame-resp',
  'method-family',
  'client-string',
  'protocol-range',
  'session-field',
] as const;

export type LegacyAlias = (typeof LEGACY_ALIASES)[number];

/** A value in the contract's form, and the aliases that had to be replaced for it. */
export interface Modernised {
  readonly value: unknown;
  readonly aliases: readonly LegacyAlias[];
}
