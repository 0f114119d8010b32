import { isRecord, textOf } from '../record.ts';
import type { CronRunEntry, CronStatus } from './job.ts';

/** What came of a run; kept in its occurrence, so that a later process can go on from it. */
export interface OccurrenceResult {
  readonly status: CronStatus;
  readonly error?: string;
  /** For people; at most 2000 characters. */
  readonly summary?: string;
  readonly sessionId?: string;
  readonly sessionKey?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly usage?: NonNullable<CronRunEntry['usage']>;
  /** The whole of what is to be delivered; absent when there is nothing. */
  readonly text?: string;
  readonly mediaUrls?: readonly string[];
  readonly endedAt: number;
}

const STATUSES: readonly CronStatus[] = ['ok', 'error', 'skipped'];

/** Reads a result back from its row; undefined for what is none. */
export function readResult(value: unknown): OccurrenceResult | undefined {
  if (!isRecord(value) || typeof value.endedAt !== 'number') return undefined;
  const status = STATUSES.find((word) => word === value.status);
  if (status === undefined) return undefined;
  const named = ['error', 'summary', 'sessionId', 'sessionKey', 'model', 'provider', 'text'] as const;
  const texts = Object.fromEntries(
    named.flatMap((name) => (textOf(value[name]) === undefined ? [] : [[name, value[name]]])),
  );
  const usage = readUsage(value.usage);
  const mediaUrls = Array.isArray(value.mediaUrls) ? value.mediaUrls.filter((url) => typeof url === 'string') : [];
  return {
    status,
    ...texts,
    ...(usage && { usage }),
    ...(mediaUrls.length > 0 && { mediaUrls }),
    endedAt: value.endedAt,
  };
}

function readUsage(value: unknown): OccurrenceResult['usage'] {
  if (!isRecord(value)) return undefined;
  const { input_tokens, output_tokens, total_tokens } = value;
  if (typeof input_tokens !== 'number' || typeof output_tokens !== 'number') return undefined;
  return { input_tokens, output_tokens, total_tokens: typeof total_tokens === 'number' ? total_tokens : input_tokens };
}
