import type { ActionRequest } from '../action-request.ts';
import type { Finding, Guard } from '../finding.ts';
import type { DefenderSettings } from '../settings/settings.ts';

const FAILED_GUARD_POINTS = 20;
/** Why guards are aborted; one for all, as nobody is told. */
const OVER = new Error('the evaluation is over');

export type Evaluation =
  | { readonly kind: 'complete'; readonly findings: readonly Finding[] }
  | { readonly kind: 'timeout' };

/** Asks all guards at once and gives up at the time limit. A guard that fails is a finding: not knowing is no consent. */
export async function evaluate(
  guards: readonly Guard[],
  request: ActionRequest,
  settings: DefenderSettings,
  onFailure: (error: unknown) => void,
): Promise<Evaluation> {
  const abort = new AbortController();
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), settings.evaluationTimeoutMs);
  const ask = async (guard: Guard): Promise<readonly Finding[]> => {
    try {
      return await guard(request, settings, abort.signal);
    } catch (error) {
      if (abort.signal.aborted) return [];
      onFailure(error);
      const reason = 'a guard failed; what it would have found is not known';
      return [{ tag: 'guard_error', points: FAILED_GUARD_POINTS, floor: 'review', reason }];
    }
  };
  try {
    const all = Promise.all(guards.map(ask));
    const first = await Promise.race([all, late.promise]);
    return first === 'late' ? { kind: 'timeout' } : { kind: 'complete', findings: first.flat() };
  } finally {
    clearTimeout(timer);
    abort.abort(OVER);
  }
}
