import { CONFIG_CONTRACT_VERSION } from '@chela/config';
import { type BudgetReport, formatTokens, formatUsd, type ModelRef } from '@chela/models';
import type { SessionEntry } from '@chela/store';

/** What `/status` says, and the prompt behind a bare `/new`. Pure. */

/** Runs in place of a bare `/new` or `/reset` (reference agent/sessions.md §5.4). */
export const GREETING_PROMPT =
  'The user has just begun a fresh session with /new or /reset. Greet them in your configured persona, in your own ' +
  'voice and mood, in 1-3 sentences, and ask what they would like to do. If the model you run on is not the ' +
  'default_model of the system prompt, say which model is the default. Do not speak of internal steps, files, tools ' +
  'or reasoning.';

/** What a channel shows when a session starts over; `usual` is the model that answers where nobody chose another. */
export function resetText(model: ModelRef, usual: ModelRef): string {
  const [name, usualName] = [model, usual].map((ref) => `${ref.provider}/${ref.model}`);
  return `✅ A new session begins · model: ${name}${name === usualName ? '' : ` (default: ${usualName})`}`;
}

export interface StatusFacts {
  readonly version: string;
  /** Short hash of the commit this program was built from, when known. */
  readonly commit: string | undefined;
  readonly model: string;
  /** Where the key comes from, safe to show. */
  readonly keySource: string | undefined;
  readonly entry: SessionEntry | undefined;
  readonly contextTokens: number;
  readonly sessionKey: string;
  readonly thinking: string;
  /** Absent: what the session says, else the default. */
  readonly queueMode?: string;
  readonly waiting: number;
  /** When the agent answers in a group; absent in private conversations. */
  readonly activation?: 'mention' | 'always';
  /** The budgets that bind the session. */
  readonly budgets: readonly BudgetReport[];
  readonly now: number;
}

export function statusText(facts: StatusFacts): string {
  const { entry } = facts;
  const input = entry?.inputTokens ?? 0;
  const output = entry?.outputTokens ?? 0;
  const used = entry?.totalTokens ?? 0;
  const elevated = typeof entry?.elevatedLevel === 'string' ? entry.elevatedLevel : undefined;
  const kept = typeof entry?.queueMode === 'string' ? entry.queueMode : 'collect';
  const share = facts.contextTokens > 0 ? Math.round((used / facts.contextTokens) * 100) : 0;
  const levels = [
    `Think: ${facts.thinking}`,
    ...(isOn(entry?.verboseLevel) ? [`Verbose: ${entry?.verboseLevel}`] : []),
    ...(isOn(entry?.reasoningLevel) ? [`Reasoning: ${entry?.reasoningLevel}`] : []),
    ...(isOn(elevated) ? [`Elevated: ${elevated}`] : []),
  ];
  return [
    `🦀 Chela ${facts.version} (${facts.commit ?? 'unknown'}) · in place of OpenClaw ${CONFIG_CONTRACT_VERSION}`,
    `🧠 Model: ${facts.model}${facts.keySource === undefined ? '' : ` · 🔑 ${facts.keySource}`}`,
    ...(input + output > 0 ? [`🧮 Tokens: ${formatTokens(input)} in / ${formatTokens(output)} out`] : []),
    `📚 Context: ${formatTokens(used)}/${formatTokens(facts.contextTokens)} (${share}%) · 🧹 Compactions: ${entry?.compactionCount ?? 0}`,
    `🧵 Session: ${facts.sessionKey} • updated ${ago(facts.now - (entry?.updatedAt ?? facts.now))}`,
    `⚙️ Runtime: direct · ${levels.join(' · ')}`,
    `${facts.activation === undefined ? '' : `👥 Activation: ${facts.activation} · `}🪢 Queue: ${facts.queueMode ?? kept} (depth ${facts.waiting})`,
    ...(facts.budgets.length === 0 ? [] : [`💰 Budget: ${facts.budgets.map(budgetWords).join(' · ')}`]),
  ].join('\n');
}

const WHOSE_BUDGET = { run: 'run', session: 'session', agent: 'agent today', day: 'today' } as const;

function budgetWords({ kind, spentUsd, limitUsd, spentTokens, limitTokens }: BudgetReport): string {
  const limits = [
    ...(limitUsd === null ? [] : [`${formatUsd(spentUsd)} of ${formatUsd(limitUsd)}`]),
    ...(limitTokens === null ? [] : [`${formatTokens(spentTokens)} of ${formatTokens(limitTokens)} tokens`]),
  ];
  return `${WHOSE_BUDGET[kind]} ${limits.join(', ')}`;
}

function isOn(level: string | undefined): boolean {
  return level !== undefined && level !== 'off';
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

function ago(ms: number): string {
  if (ms < MINUTE_MS) return 'just now';
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}m ago`;
  return ms < DAY_MS ? `${Math.floor(ms / HOUR_MS)}h ago` : `${Math.floor(ms / DAY_MS)}d ago`;
}
