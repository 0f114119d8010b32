/** Which session keys hooks may use (reference protocol/http.md §5). */
export interface HookSessionPolicy {
  readonly allowRequestSessionKey?: boolean;
  readonly defaultSessionKey?: string;
  /** Undefined: any. */
  readonly allowedSessionKeyPrefixes?: readonly string[];
}

export type HookSessionKey =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly error: string };

const REQUEST_KEY_REFUSED =
  'sessionKey is disabled for external /hooks/agent payloads; set hooks.allowRequestSessionKey=true to enable';

/** The key asked for, else the default one, else a new one; only what the configuration itself says is free to choose. */
export function hookSessionKey(input: {
  readonly source: 'request' | 'mapping';
  readonly sessionKey: string | undefined;
  readonly policy: HookSessionPolicy;
  readonly generatedId: string;
}): HookSessionKey {
  const { policy } = input;
  const asked = input.sessionKey?.trim() || undefined;
  if (asked !== undefined && input.source === 'request' && policy.allowRequestSessionKey !== true) {
    return { ok: false, error: REQUEST_KEY_REFUSED };
  }
  const value = asked ?? policy.defaultSessionKey ?? `hook:${input.generatedId}`;
  const prefixes = policy.allowedSessionKeyPrefixes ?? [];
  if (prefixes.length > 0 && !prefixes.some((prefix) => value.toLowerCase().startsWith(prefix.trim().toLowerCase()))) {
    return { ok: false, error: `sessionKey must start with one of: ${prefixes.join(', ')}` };
  }
  return { ok: true, value };
}
