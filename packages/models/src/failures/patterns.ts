/** Word patterns by which provider complaints are told apart (reference agent/models.md §6.2). All expect lower-cased text. */

type Pattern = string | RegExp;

const RATE_LIMIT: readonly Pattern[] = [
  /rate[_ ]limit/,
  'too many requests',
  '429',
  'exceeded your current quota',
  'resource has been exhausted',
  'quota exceeded',
  'resource_exhausted',
  'usage limit',
];

const OVERLOADED: readonly Pattern[] = ['overloaded_error', 'overloaded'];

const TIMEOUT: readonly Pattern[] = [
  'timeout',
  'timed out',
  'deadline exceeded',
  /without sending (?:any )?chunks?/,
  /\bstop reason:\s*abort\b/,
  /\breason:\s*abort\b/,
];

const BILLING: readonly Pattern[] = [
  'payment required',
  'insufficient credits',
  'credit balance',
  'plans & billing',
  'insufficient balance',
  /["']?\b(?:status|code)\b["']?\s*[:=]\s*402\b/,
  /\bhttp\s*402\b/,
  /\berror(?:\s+code)?\s*[:=]?\s*402\b/,
  /\b(?:got|returned|received)\s+(?:a\s+)?402\b/,
  /^\s*402\s+payment/,
];

const AUTH: readonly Pattern[] = [
  /invalid[_ ]?api[_ ]?key/,
  'incorrect api key',
  'invalid token',
  'authentication',
  're-authenticate',
  'oauth token refresh failed',
  'unauthorized',
  'forbidden',
  'access denied',
  'expired',
  /\b401\b/,
  /\b403\b/,
  'no credentials found',
  'no api key found',
];

const FORMAT: readonly Pattern[] = [
  'string should match pattern',
  'tool_use.id',
  'tool_use_id',
  'invalid request format',
];

/** A text that opens with the subject of billing, as an error does and a conversation about billing mostly does not. */
const BILLING_HEAD = /^(?:error[:\s-]+)?billing(?:\s+error)?(?:[:\s-]+|$)/;
const BILLING_REMEDY = /\b(?:upgrade|credits?|payment|plan)\b/;

const TRANSIENT_STATUS: ReadonlySet<number> = new Set([500, 502, 503, 521, 522, 523, 524, 529]);

export function isRateLimitText(text: string): boolean {
  return matches(RATE_LIMIT, text);
}

export function isOverloadedText(text: string): boolean {
  return matches(OVERLOADED, text);
}

export function isTimeoutText(text: string): boolean {
  return matches(TIMEOUT, text);
}

export function isBillingText(text: string): boolean {
  return matches(BILLING, text) || isBillingHead(text);
}

/** The narrower test for texts that may be an answer about billing. */
export function isBillingHead(text: string): boolean {
  const lower = text.trim().toLowerCase();
  return BILLING_HEAD.test(lower) && BILLING_REMEDY.test(lower);
}

export function isAuthText(text: string): boolean {
  return matches(AUTH, text);
}

export function isFormatText(text: string): boolean {
  return !isImageText(text) && matches(FORMAT, text);
}

/** Images too large in bytes or pixels: the caller's fault, no other model would help. */
export function isImageText(text: string): boolean {
  const lower = text.toLowerCase();
  return (
    /image exceeds[^\n]*\bmb\b/.test(lower) ||
    (lower.includes('image dimensions exceed') && lower.includes('pixel')) ||
    /image[^\n]*exceeds? max allowed size/.test(lower)
  );
}

/** `503 Service Unavailable` → 503; undefined when the text opens otherwise. `HTTP 503 …` counts when `prefixed`. */
export function leadingStatus(text: string, prefixed = false): { status: number; rest: string } | undefined {
  const pattern = prefixed ? /^(?:http\s*)?(\d{3})\s+(.+)$/is : /^(\d{3})\s+(.+)$/s;
  const hit = pattern.exec(text.trim());
  if (hit?.[1] === undefined || hit[2] === undefined) return undefined;
  return { status: Number(hit[1]), rest: hit[2].trim() };
}

/** Opens with a status of a provider in passing trouble. */
export function isTransientStatusText(text: string): boolean {
  const status = /^\s*(?:http\s*)?(\d{3})(?:\s|$)/i.exec(text)?.[1];
  return status !== undefined && TRANSIENT_STATUS.has(Number(status));
}

function matches(patterns: readonly Pattern[], text: string): boolean {
  const lower = text.toLowerCase();
  return patterns.some((pattern) => (typeof pattern === 'string' ? lower.includes(pattern) : pattern.test(lower)));
}
