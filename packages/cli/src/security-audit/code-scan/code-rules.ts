import type { Severity } from '../finding.ts';

/** Something in program text that deserves a look (reference cli/doctor.md §2, code scan rules). */
export interface CodeRule {
  readonly id: string;
  readonly severity: Exclude<Severity, 'info'>;
  /** Index of the first place, or -1. */
  find(source: string): number;
}

const at = (pattern: RegExp) => (source: string) => source.search(pattern);
/** The place of the first pattern, where the second one stands anywhere in the same file. */
const together = (pattern: RegExp, company: RegExp) => (source: string) =>
  company.test(source) ? source.search(pattern) : -1;

const SENDS = /\bfetch\s*\(|\b(?:post|request)\s*\(|\bhttps?\.(?:get|request)\b|\baxios\b|\bnew\s+WebSocket\s*\(/i;
const USUAL_PORTS: ReadonlySet<string> = new Set(['80', '443', '3000', '8080', '8443']);

export const CODE_RULES: readonly CodeRule[] = [
  {
    id: 'dangerous-exec',
    severity: 'critical',
    find: together(/\b(?:exec|execSync|spawn|spawnSync|execFile|execFileSync|fork)\s*\(/, /\bchild_process\b/),
  },
  { id: 'dynamic-code-execution', severity: 'critical', find: at(/(?<![.\w])eval\s*\(|\bnew\s+Function\s*\(/) },
  { id: 'crypto-mining', severity: 'critical', find: at(/stratum\+(?:tcp|ssl)|\b(?:coinhive|cryptonight|xmrig)\b/i) },
  { id: 'env-harvesting', severity: 'critical', find: together(/\bprocess\.env\b/, SENDS) },
  { id: 'suspicious-network', severity: 'warn', find: unusualSocket },
  {
    id: 'potential-exfiltration',
    severity: 'warn',
    find: together(/\breadFile(?:Sync)?\s*\(|\bcreateReadStream\s*\(/, SENDS),
  },
  {
    id: 'obfuscated-code',
    severity: 'warn',
    find: at(/(?:\\x[0-9a-f]{2}){6}|(?:atob|Buffer\.from)\s*\(\s*["'`][A-Za-z0-9+/=]{200}/i),
  },
];

function unusualSocket(source: string): number {
  for (const match of source.matchAll(/\bnew\s+WebSocket\s*\(\s*["'`]wss?:\/\/[^"'`/\s]{1,255}?:(\d{1,5})\b/g)) {
    if (!USUAL_PORTS.has(match[1] ?? '')) return match.index;
  }
  return -1;
}
