import type { Delivery, NewSending, Outbound } from '../kernel.ts';

/** An outbox whose vendor is the test: each message is delivered at once, unless `next` says otherwise. */
export interface StandInOutbound extends Outbound {
  readonly sendings: NewSending[];
  readonly woken: string[];
  next: Partial<Pick<Delivery, 'state' | 'reason' | 'receipt'>>;
}

export function createStandInOutbound(): StandInOutbound {
  const rows: Delivery[] = [];
  const rowOf = (id: number): Delivery => {
    const row = rows.find((candidate) => candidate.id === id);
    if (row === undefined) throw new Error(`no delivery ${id}`);
    return row;
  };
  const outbound: StandInOutbound = {
    sendings: [],
    woken: [],
    next: {},
    deliver: async () => {},
    tell: async () => {},
    async enqueue(sending) {
      outbound.sendings.push(sending);
      const { state = 'delivered', ...rest } = outbound.next;
      const row: Delivery = {
        ...sending.account,
        id: rows.length + 1,
        address: sending.address,
        state,
        part: { kind: 'text', text: { text: sending.text ?? '', plain: sending.text ?? '' } },
        attempts: 1,
        createdAt: 0,
        ...(state === 'delivered' && { receipt: { messageId: String(100 + rows.length) } }),
        ...rest,
      };
      rows.push(row);
      return [row];
    },
    settled: async (ids) => ids.map(rowOf),
    answered: async () => [],
    notify: async () => {},
    wake: ({ channel, accountId }) => outbound.woken.push(`${channel}/${accountId}`),
    list: async ({ states }) => rows.filter(({ state }) => states?.includes(state) ?? true),
    retry: async (id) => rowOf(id),
    drop: async (id) => rowOf(id),
    recover: async () => 0,
    close: async () => {},
  };
  return outbound;
}
