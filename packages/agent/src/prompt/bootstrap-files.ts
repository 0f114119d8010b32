import { classifySessionKey } from '../sessions/session-kind.ts';

/** The workspace files a system prompt carries and how much of each (reference agent/sessions.md §15). Pure. */

export interface BootstrapFile {
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  readonly missing: boolean;
  readonly content?: string;
}

export interface InjectedFile {
  readonly name: string;
  readonly path: string;
  readonly missing: boolean;
  /** What stands in the prompt; absent when the budget was used up or the file has no text. */
  readonly content?: string;
  readonly rawChars: number;
  readonly truncated: boolean;
}

export interface BootstrapBudget {
  readonly maxChars: number;
  readonly totalMaxChars: number;
}

const MINIMAL_NAMES: ReadonlySet<string> = new Set(['AGENTS.md', 'TOOLS.md']);
const DEFAULT_MAX_CHARS = 20_000;
const DEFAULT_TOTAL_MAX_CHARS = 150_000;
const LEAST_REMAINING_CHARS = 64;
const HEAD_SHARE = 0.7;
const TAIL_SHARE = 0.2;

export function bootstrapBudget(defaults: {
  readonly bootstrapMaxChars?: number;
  readonly bootstrapTotalMaxChars?: number;
}): BootstrapBudget {
  return {
    maxChars: positive(defaults.bootstrapMaxChars) ?? DEFAULT_MAX_CHARS,
    totalMaxChars: positive(defaults.bootstrapTotalMaxChars) ?? DEFAULT_TOTAL_MAX_CHARS,
  };
}

/** Sub-agents and cron sessions get the working rules only. */
export function filesForSession<F extends { readonly name: string }>(
  files: readonly F[],
  sessionKey: string | null | undefined,
): readonly F[] {
  const found = classifySessionKey(sessionKey);
  return found.subagent || found.cron ? files.filter((file) => MINIMAL_NAMES.has(file.name)) : files;
}

/** Cuts each file to its limit and all of them to the total, in order. */
export function injectFiles(files: readonly BootstrapFile[], budget: BootstrapBudget): readonly InjectedFile[] {
  let remaining = budget.totalMaxChars;
  return files.map((file) => {
    const text = file.missing ? `[MISSING] Expected at: ${file.path}` : (file.content ?? '').trimEnd();
    const facts = { name: file.name, path: file.path, missing: file.missing, rawChars: file.missing ? 0 : text.length };
    if (remaining < LEAST_REMAINING_CHARS && !file.missing) return { ...facts, truncated: text !== '' };
    const limit = Math.max(1, Math.min(budget.maxChars, remaining));
    const content = clamp(file.missing ? text : cutMiddle(text, file.name, limit), remaining);
    remaining -= content.length;
    const truncated = !file.missing && content !== text;
    return content === '' ? { ...facts, truncated } : { ...facts, content, truncated };
  });
}

function cutMiddle(text: string, name: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const head = Math.floor(maxChars * HEAD_SHARE);
  const tail = Math.floor(maxChars * TAIL_SHARE);
  const marker = [
    '',
    `[...truncated, read ${name} for full content...]`,
    `…(truncated ${name}: kept ${head}+${tail} chars of ${text.length})…`,
    '',
  ];
  return [text.slice(0, head), ...marker, tail === 0 ? '' : text.slice(-tail)].join('\n');
}

function clamp(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return limit <= 0 ? '' : `${text.slice(0, limit - 1)}…`;
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value > 0 ? Math.floor(value) : undefined;
}
