import { REDACTED } from './redact-text.ts';

/** Shorter values are no secrets worth the name, and would blacken ordinary words. */
const MIN_CHARS = 8;

/** The secrets this process itself holds, so that none of them is written where it does not belong. */
export interface KnownSecrets {
  /** Replaces what is known from one source, e.g. the configuration. Short values are left out. */
  learn(source: string, values: Iterable<string>): void;
  /** The text with every known secret masked, also in the form it has inside JSON and in addresses. */
  redact(text: string): string;
}

export function createKnownSecrets(): KnownSecrets {
  const bySource = new Map<string, readonly string[]>();
  let forms: readonly string[] = [];
  return {
    learn(source, values) {
      bySource.set(
        source,
        [...values].filter((value) => value.length >= MIN_CHARS),
      );
      const all = [...bySource.values()].flat().flatMap(formsOf);
      // Longest first, so that a secret that contains another one leaves no rest behind.
      forms = [...new Set(all)].sort((a, b) => b.length - a.length);
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
