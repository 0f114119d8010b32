import type { FaultEffect, FaultScript, Update } from '@chela/channel-lab';
import type { SeededRandom } from '../seeded-random.ts';

/** A vendor and a network at their worst, by chance. */
export interface BadNetwork {
  readonly faults: FaultScript;
  order(updates: readonly Update[]): readonly Update[];
  /** How often each thing went wrong. */
  readonly tally: ReadonlyMap<string, number>;
  /** From now on nothing goes wrong. */
  cease(): void;
}

interface Chance {
  readonly name: string;
  /** Of a thousand calls. */
  readonly perMille: number;
  readonly effect: (random: SeededRandom) => FaultEffect;
}

const tooMany: FaultEffect = {
  kind: 'answer',
  status: 429,
  body: { ok: false, error_code: 429, description: 'Too Many Requests: retry after 1', parameters: { retry_after: 1 } },
};
const broken = (status: number): FaultEffect => ({
  kind: 'answer',
  status,
  body: { ok: false, error_code: status, description: 'Bad Gateway' },
});

/** For what is seen by people. */
const SEND_CHANCES: readonly Chance[] = [
  { name: 'cut before', perMille: 25, effect: () => ({ kind: 'drop', when: 'before' }) },
  { name: 'cut after', perMille: 25, effect: () => ({ kind: 'drop', when: 'after' }) },
  { name: '429', perMille: 15, effect: () => tooMany },
  { name: '5xx', perMille: 15, effect: (random) => broken(random.between(500, 504)) },
  { name: 'slow', perMille: 40, effect: (random) => ({ kind: 'slow', ms: random.between(50, 1_500) }) },
  { name: 'stall before', perMille: 2, effect: () => ({ kind: 'hang', when: 'before' }) },
  { name: 'stall after', perMille: 2, effect: () => ({ kind: 'hang', when: 'after' }) },
];
/** For everything else; a poll that fails holds up all chats. */
const OTHER_CHANCES: readonly Chance[] = [
  { name: 'cut before', perMille: 4, effect: () => ({ kind: 'drop', when: 'before' }) },
  { name: 'cut after', perMille: 4, effect: () => ({ kind: 'drop', when: 'after' }) },
  { name: '429', perMille: 2, effect: () => tooMany },
  { name: '5xx', perMille: 2, effect: () => broken(502) },
  { name: 'stall after', perMille: 1, effect: () => ({ kind: 'hang', when: 'after' }) },
];
const VISIBLE = /^(send(?!ChatAction)|editMessageText)/;
/** After this a stalled network ends, by cutting everything. */
const STALL_MS = { min: 1_000, max: 5_000 };
const SHUFFLED_OF_TEN = 3;

export function createBadNetwork(deps: {
  readonly random: SeededRandom;
  /** Cuts every connection. */
  readonly cut: () => void;
  /** A call arrives. */
  readonly onCall: () => void;
}): BadNetwork {
  const { random, cut } = deps;
  const tally = new Map<string, number>();
  let stall: NodeJS.Timeout | undefined;
  let isOver = false;

  const note = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);

  const beginStall = (): void => {
    stall ??= setTimeout(
      () => {
        stall = undefined;
        note('everything cut');
        cut();
      },
      random.between(STALL_MS.min, STALL_MS.max),
    );
  };

  const chosen = (chances: readonly Chance[]): Chance | undefined => {
    let at = random.between(0, 999);
    return chances.find(({ perMille }) => {
      at -= perMille;
      return at < 0;
    });
  };

  return {
    tally,
    faults: {
      add() {},
      clear() {},
      take(method) {
        const isVisible = VISIBLE.test(method);
        deps.onCall();
        const chance = isOver ? undefined : chosen(isVisible ? SEND_CHANCES : OTHER_CHANCES);
        if (chance === undefined) return undefined;
        note(chance.name);
        const effect = chance.effect(random);
        if (effect.kind === 'hang') beginStall();
        return effect;
      },
    },
    order(updates) {
      if (isOver || updates.length < 2 || random.between(1, 10) > SHUFFLED_OF_TEN) return updates;
      note('shuffled');
      return updates
        .map((update) => ({ update, at: random.between(0, updates.length) }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ update }) => update);
    },
    cease() {
      isOver = true;
      clearTimeout(stall);
      cut();
    },
  };
}
