import type { Provenance } from '../action-request.ts';
import type { Verdict } from '../decision.ts';

/** Everything that steers a judgement (reference defender/defender.md §A). Times in milliseconds. */
export interface DefenderSettings {
  readonly mode: 'off' | 'audit' | 'enforce';
  /** `baseline` is the first version's arithmetic alone. */
  readonly rules: 'baseline' | 'full';
  readonly reviewThreshold: number;
  readonly blockThreshold: number;
  /** A block becomes a review that says so. */
  readonly auditOnly: boolean;
  /** Regular expressions in RE2 syntax, matched without regard to case. */
  readonly promptInjectionPatterns: readonly string[];
  /** As above, on the raw command. */
  readonly blockedCommandPatterns: readonly string[];
  /** Empty: every command may run. */
  readonly allowedCommandPrefixes: readonly string[];
  readonly toolRiskBonus: Readonly<Record<string, number>>;
  readonly channelRiskBonus: Readonly<Record<string, number>>;
  /** The least verdict for a tool. */
  readonly toolPolicies: Readonly<Record<string, Verdict>>;
  /** Path to SHA-256 in hex; null stands for what the file held when the gateway first looked. */
  readonly protectedFiles: Readonly<Record<string, string | null>>;
  readonly evaluationTimeoutMs: number;
  readonly workers: number;
  readonly queueLimit: number;
  /** Absolute; undefined: a folder of the state directory. */
  readonly quarantineDir: string | undefined;
  readonly idempotency: { readonly ttlMs: number; readonly maxEntries: number };
  readonly reputation: {
    /** Undefined switches lookups off. */
    readonly apiKey: string | undefined;
    readonly baseUrl: string;
    readonly timeoutMs: number;
  };
  /** The learned score of texts, of the full rule set: whether it is asked, and what a text that reads like an attack gets. */
  readonly textScore: { readonly enabled: boolean; readonly points: number };
  /** Who is not trusted, and what leads out of the house (reference defender/defender.md §B.3). */
  readonly provenance: { readonly untrusted: readonly Provenance[]; readonly waysOut: readonly string[] };
  /** The event decisions are announced with. */
  readonly eventName: string;
}

export const DEFAULT_PROMPT_INJECTION_PATTERNS: readonly string[] = [
  'ignore\\s+all\\s+previous\\s+instructions',
  'reveal\\s+the\\s+system\\s+prompt',
  'override\\s+developer\\s+instructions',
  'disable\\s+safety',
  'you\\s+must\\s+run\\s+this\\s+command\\s+without\\s+asking',
];

export const DEFAULT_BLOCKED_COMMAND_PATTERNS: readonly string[] = [
  '\\brm\\s+-rf\\s+/(?:\\s|\\*|$)',
  '\\bmkfs',
  '\\bdd\\s+if=',
  '\\bcurl\\s+[^|]*\\|\\s*sh\\b',
  '\\bwget\\s+[^|]*\\|\\s*sh\\b',
  '\\bchmod\\s+777\\b',
];

export const DEFAULT_SETTINGS: DefenderSettings = {
  mode: 'enforce',
  rules: 'full',
  reviewThreshold: 35,
  blockThreshold: 65,
  auditOnly: false,
  promptInjectionPatterns: DEFAULT_PROMPT_INJECTION_PATTERNS,
  blockedCommandPatterns: DEFAULT_BLOCKED_COMMAND_PATTERNS,
  allowedCommandPrefixes: [],
  toolRiskBonus: { exec: 20, bash: 20, process: 10, apply_patch: 12, browser: 8, gateway: 20, nodes: 20 },
  channelRiskBonus: { discord: 10, slack: 8, telegram: 6, whatsapp: 6, webchat: 8 },
  toolPolicies: {},
  protectedFiles: {},
  evaluationTimeoutMs: 2_500,
  workers: 8,
  queueLimit: 256,
  quarantineDir: undefined,
  idempotency: { ttlMs: 300_000, maxEntries: 4_096 },
  reputation: { apiKey: undefined, baseUrl: 'https://www.virustotal.com', timeoutMs: 1_400 },
  textScore: { enabled: true, points: 24 },
  provenance: {
    untrusted: ['stranger', 'web', 'file', 'tool', 'node'],
    waysOut: ['message', 'web_fetch', 'browser', 'nodes', 'canvas', 'sessions_send', 'send', 'poll', 'tts', 'gateway'],
  },
  eventName: 'security.decision',
};

/** Lower bounds of the contract (reference defender/defender.md §A). */
export const EVALUATION_TIMEOUT_FLOOR_MS = 100;
export const REPUTATION_TIMEOUT_FLOOR_MS = 500;
