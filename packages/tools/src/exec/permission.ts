import type { ExecAsk, ExecHost, ExecSecurity } from './settings.ts';

const SECURITY_ORDER: readonly ExecSecurity[] = ['deny', 'allowlist', 'full'];
const ASK_ORDER: readonly ExecAsk[] = ['off', 'on-miss', 'always'];

/** The stricter of two security levels (reference agent/tools.md §4.12). */
export function minSecurity(a: ExecSecurity, b: ExecSecurity): ExecSecurity {
  return SECURITY_ORDER.indexOf(a) <= SECURITY_ORDER.indexOf(b) ? a : b;
}

/** The more insistent of two ask modes. */
export function maxAsk(a: ExecAsk, b: ExecAsk): ExecAsk {
  return ASK_ORDER.indexOf(a) >= ASK_ORDER.indexOf(b) ? a : b;
}

/** Whether a person must be asked before a command runs on the host. */
export function needsApproval(ask: ExecAsk, security: ExecSecurity, satisfied: boolean): boolean {
  if (ask === 'always') return true;
  return ask === 'on-miss' && security === 'allowlist' && !satisfied;
}

/** The host of a call. Throws when the call names another one than the configuration allows. */
export function resolveHost(configured: ExecHost, requested: ExecHost | undefined): ExecHost {
  if (requested === undefined || requested === configured) return configured;
  throw new Error(`exec host not allowed (requested ${requested}; configure tools.exec.host=${configured} to allow).`);
}
