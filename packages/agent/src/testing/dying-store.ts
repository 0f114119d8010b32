import type { Store } from '@chela/store';

/** A store that dies at its n-th call: before it does anything, or after it did but before anybody hears of it. */
export function dyingStore(store: Store, dieAt: number, moment: 'before' | 'after') {
  let calls = 0;
  let dead = false;
  const wrap = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, name, receiver) {
        const member: unknown = Reflect.get(object, name, receiver);
        if (typeof member !== 'function') return member;
        return async (...args: readonly unknown[]) => {
          calls += 1;
          const last = calls === dieAt;
          if (dead || (last && moment === 'before')) {
            dead = true;
            return new Promise(() => {});
          }
          const result: unknown = await Reflect.apply(member, object, args);
          if (!last) return dead ? new Promise(() => {}) : result;
          dead = true;
          return new Promise(() => {});
        };
      },
    });
  return {
    store: {
      ...store,
      ledger: wrap(store.ledger),
      sessions: wrap(store.sessions),
      transcripts: wrap(store.transcripts),
    },
    isDead: () => dead,
    calls: () => calls,
  };
}
