import { REDACTED } from './redact-text.ts';

/** Shorter values are no secrets worth the name, and would blacken ordinary words. */
const MIN_CHARS = 8;
/** Secrets that came one by one, from one source; the oldest are forgotten. */
const MAX_ADDED = 1_000;

/** The secrets this process itself holds, so that none of them is written where it does not belong. */
export interface KnownSecrets {
  /** Replaces what is known from one source, e.g. the configuration. Short values are left out. */
  learn(source: string, values: Iterable<string>): void;
  /** Adds secrets as they are made or met; to be called before they are used. Known ones cost nothing. */
  add(source: string, values: Iterable<string>): void;
  /** The text with every known secret masked, also in the form it has inside JSON and in addresses. */
  redact(text: string): string;
}

export function createKnownSecrets(): KnownSecrets {
  const bySource = new Map<string, readonly string[]>();
  const added = new Map<string, Set<string>>();
  let forms: readonly string[] = [];

  function renew(): void {
    const all = [...bySource.values(), ...added.values()].flatMap((values) => [...values]).flatMap(formsOf);
    // Longest first, so that a secret that contains another one leaves no rest behind.
    forms = [...new Set(all)].sort((a, b) => b.length - a.length);
  }

  return {
    learn(source, values) {
      bySource.set(
        source,
        [...values].filter((value) => value.length >= MIN_CHARS),
      );
      renew();
    },
    add(source, values) {
      const known = added.get(source) ?? new Set<string>();
      const fresh = [...values].filter((value) => value.length >= MIN_CHARS && !known.has(value));
      if (fresh.length === 0) return;
      for (const value of fresh) known.add(value);
      for (const oldest of known) {
        if (known.size <= MAX_ADDED) break;
        known.delete(oldest);
      }
      added.set(source, known);
      renew();
    },
    redact(text) {
      let out = text;
      for (const form of forms) if (out.includes(form)) out = out.replaceAll(form, REDACTED);
      return out;
    },
  };
}

function formsOf(secret: string): readonly string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
}
