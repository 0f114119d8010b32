const SECRET_NAME =
  /(?:API_?KEY|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PRIVATE_?KEY|SECRET(?:_KEY)?|ACCESS_KEY(?:_ID)?|CREDENTIALS?)$/i;
const NUL = '\0';
const VALUE_MAX_CHARS = 32_768;
const ENCODED_KEY = /^[A-Za-z0-9+/=]{80,}$/;

/** Variables sorted into what a sandbox may see and what stays outside. */
export interface FilteredEnvironment {
  readonly allowed: Readonly<Record<string, string>>;
  readonly blocked: readonly string[];
  /** Said of variables that pass but look odd. */
  readonly warnings: readonly string[];
}

/** Keeps what looks like a secret out of a sandbox (reference agent/tools.md §10). */
export function filterEnvironment(variables: Readonly<Record<string, string>>): FilteredEnvironment {
  const entries = Object.entries(variables).filter(([name]) => name.trim() !== '');
  const isBlocked = ([name, value]: readonly [string, string]): boolean =>
    SECRET_NAME.test(name) || value.includes(NUL);
  const allowed = entries.filter((entry) => !isBlocked(entry));
  return {
    allowed: Object.fromEntries(allowed),
    blocked: entries.filter(isBlocked).map(([name]) => name),
    warnings: allowed.flatMap(([name, value]) => {
      if (value.length > VALUE_MAX_CHARS) return [`${name}: Value exceeds maximum length`];
      return ENCODED_KEY.test(value) ? [`${name}: Value looks like base64-encoded credential data`] : [];
    }),
  };
}
