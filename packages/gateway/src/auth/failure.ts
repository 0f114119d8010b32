import type { ClientAudience } from '@chela/protocol';

export type AuthFailure =
  | 'token missing'
  | 'token mismatch'
  | 'token not configured'
  | 'password missing'
  | 'password mismatch'
  | 'password not configured'
  | 'device token mismatch'
  | 'rate limited'
  | 'refused';

const TOKEN_HINTS: Readonly<Record<ClientAudience, string>> = {
  cli: 'set gateway.remote.token to match gateway.auth.token',
  browser: 'open the dashboard URL and paste the token in Control UI settings',
  other: 'provide gateway auth token',
};

const PASSWORD_HINTS: Readonly<Record<ClientAudience, string>> = {
  cli: 'set gateway.remote.password to match gateway.auth.password',
  browser: 'enter the password in Control UI settings',
  other: 'provide gateway auth password',
};

/** The text of a refused connect; the hint depends on who reads it (reference protocol/protocol.md §2.4). */
export function failureText(failure: AuthFailure, audience: ClientAudience): string {
  switch (failure) {
    case 'token missing':
    case 'token mismatch':
      return `unauthorized: gateway ${failure} (${TOKEN_HINTS[audience]})`;
    case 'password missing':
    case 'password mismatch':
      return `unauthorized: gateway ${failure} (${PASSWORD_HINTS[audience]})`;
    case 'token not configured':
      return 'unauthorized: gateway token not configured on gateway (set gateway.auth.token)';
    case 'password not configured':
      return 'unauthorized: gateway password not configured on gateway (set gateway.auth.password)';
    case 'device token mismatch':
      return 'unauthorized: device token mismatch (rotate/reissue device token)';
    case 'rate limited':
      return 'unauthorized: too many failed authentication attempts (retry later)';
    case 'refused':
      return 'unauthorized';
  }
}
