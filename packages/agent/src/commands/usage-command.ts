import { formatTokens, formatUsd, normalizeUsageDisplay } from '@chela/models';
import type { SessionEntry, Store, TranscriptEntry } from '@chela/store';
import { isRecord } from '../messages/content-parts.ts';
import type { CommandHandler } from './command.ts';
import { footerOf, type UsageFooter } from './usage-footer-mode.ts';

/** `/usage`: the footer under answers, and what the sessions cost (reference agent/sessions.md §19, §20). */

const DAY_MS = 86_400_000;
const MONTH_DAYS = 30;
/** Sessions and entries that are looked through for a summary. */
const SESSIONS_MAX = 500;
const ENTRIES_MAX = 5_000;

export const answerUsage: CommandHandler = async ({ deps, session }, args) => {
  const word = args.toLowerCase();
  if (word.startsWith('cost')) {
    const midnight = deps.time.startOfDay(deps.clock.now());
    const spending = await spendingOf(deps.store, session.sessionId, { today: midnight, now: deps.clock.now() });
    return { text: costText(spending) };
  }
  const wanted = word === '' ? nextFooter(session.entry) : normalizeUsageDisplay(word);
  if (wanted !== 'off' && wanted !== 'tokens' && wanted !== 'full') {
    return { text: '⚙️ Usage: /usage off|tokens|full|cost' };
  }
  return {
    text: `⚙️ Usage footer is now ${wanted}.`,
    change: ({ responseUsage: _before, ...entry }) => (wanted === 'off' ? entry : { ...entry, responseUsage: wanted }),
  };
};

/** Without an argument the footer goes off, tokens, full and off again. */
function nextFooter(entry: SessionEntry | undefined): UsageFooter {
  const order = { off: 'tokens', tokens: 'full', full: 'off' } as const;
  return order[footerOf(entry)];
}

export interface Spending {
  /** US dollars. */
  readonly session: number;
  readonly sessionTokens: number;
  readonly today: number;
  readonly month: number;
}

export function costText({ session, sessionTokens, today, month }: Spending): string {
  const tokens = sessionTokens > 0 ? ` · ${formatTokens(sessionTokens)} tokens` : '';
  return [
    '💸 Usage cost',
    `Session ${formatUsd(session)}${tokens}`,
    `Today ${formatUsd(today)}`,
    `Last ${MONTH_DAYS}d ${formatUsd(month)}`,
  ].join('\n');
}

/** Adds up what stands in the transcripts; bounded, newest sessions first. */
async function spendingOf(
  store: Store,
  sessionId: string,
  at: { readonly today: number; readonly now: number },
): Promise<Spending> {
  const since = at.now - MONTH_DAYS * DAY_MS;
  const { rows } = await store.sessions.list({ updatedSince: since, limit: SESSIONS_MAX });
  const ids = [...new Set([sessionId, ...rows.map(({ entry }) => entry.sessionId)])];
  let sum: Spending = { session: 0, sessionTokens: 0, today: 0, month: 0 };
  for (const id of ids) {
    for (const entry of await store.transcripts.branch(id, ENTRIES_MAX)) {
      const paid = paidFor(entry);
      if (paid === undefined) continue;
      const isOwn = id === sessionId;
      sum = {
        session: sum.session + (isOwn ? paid.cost : 0),
        sessionTokens: sum.sessionTokens + (isOwn ? paid.tokens : 0),
        today: sum.today + (paid.at >= at.today ? paid.cost : 0),
        month: sum.month + (paid.at >= since ? paid.cost : 0),
      };
    }
  }
  return sum;
}

function paidFor(entry: TranscriptEntry) {
  if (entry.type !== 'message' || entry.message.role !== 'assistant') return undefined;
  const { usage, timestamp } = entry.message;
  if (!isRecord(usage)) return undefined;
  const cost = isRecord(usage.cost) && typeof usage.cost.total === 'number' ? usage.cost.total : 0;
  return { cost, tokens: typeof usage.totalTokens === 'number' ? usage.totalTokens : 0, at: timestamp };
}
