/** What stands in a log where a secret stood. */
export const REDACTED = '***';

/**
 * Shapes of secrets in running text. Where a pattern has a group named `keep`, that part stays and only the rest goes,
 * so that a reader still sees which header or key it was.
 */
const SECRET_SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<keep>\bauthorization["']?\s*[:=]\s*["']?)(?:(?:bearer|basic|token)\s+)?[^\s"',;]+/gi,
  /(?<keep>\bbearer\s+)[\w.~+/=-]{8,}/gi,
  /\b(?:sk|pk|rk)-[\w-]{8,}/g,
  /\b(?:ghp|gho|ghu|ghs|ghr|github_pat)_\w{16,}/g,
  /\bxox[abeprs]-[\w-]{8,}/g,
  /\bxapp-[\w-]{8,}/g,
  /\bAIza[\w-]{20,}/g,
  /\b(?:gsk|npm|hf|glpat|pplx|xai)[_-][\w-]{16,}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{4,}/g,
  /\b(?:bot)?\d{6,}:[\w-]{30,}/g,
  /(?<keep>[?&#](?:access_token|token|api_?key|key|password|secret|signature|sig)=)[^\s&#"']+/gi,
  /(?<keep>\b[\w-]*(?:token|secret|password|passwd|api_?key)["']?\s*[:=]\s*["'])[^"']+/gi,
  /(?<keep>\b[A-Z0-9_]*(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY)\s*=\s*)[^\s"',;&]+/g,
];

/** Masks every secret of a known shape, then everything the extra patterns match. */
export function redactText(text: string, extra: readonly RegExp[] = []): string {
  let out = text;
  for (const shape of SECRET_SHAPES) {
    out = out.replace(shape, (...match) => {
      const groups: unknown = match.at(-1);
      const keep = typeof groups === 'object' && groups !== null && 'keep' in groups ? groups.keep : '';
      return `${typeof keep === 'string' ? keep : ''}${REDACTED}`;
    });
  }
  for (const pattern of extra) out = out.replace(pattern, REDACTED);
  return out;
}
