/** Environment variables as a plain record. The reader adds what `.env` files and the `env` section bring. */
export type Env = Record<string, string | undefined>;

/** `1`, `true`, `yes`, `on`, ignoring case (reference config/config.md §2). */
export function isTruthy(value: string | undefined): boolean {
  return /^(?:1|true|yes|on)$/i.test(value?.trim() ?? '');
}

/** The first variable that is set and not blank, trimmed. */
export function firstSet(env: Readonly<Env>, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = env[name]?.trim();
    if (value) return value;
  }
  return undefined;
}
