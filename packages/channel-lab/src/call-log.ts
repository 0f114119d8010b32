import type { FormPart } from './http/multipart.ts';

/** A call that the vendor saw. */
export interface VendorCall {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly files: readonly FormPart[];
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Status of a scripted failure, or `drop` and `hang`. */
  readonly failure?: number | 'drop' | 'hang';
}

export interface CallLog {
  /** Oldest first. */
  readonly calls: readonly VendorCall[];
  add(call: VendorCall): void;
  clear(): void;
  /** Resolves with the first call, past or to come, that fits; rejects after `timeoutMs`. */
  waitFor(fits: (call: VendorCall) => boolean, timeoutMs?: number): Promise<VendorCall>;
  /** Resolves once `count` calls fit. */
  waitForCount(count: number, fits: (call: VendorCall) => boolean, timeoutMs?: number): Promise<readonly VendorCall[]>;
}

const WAIT_MS = 10_000;

export function createCallLog(): CallLog {
  let calls: VendorCall[] = [];
  const watchers = new Set<() => void>();

  const waitForCount: CallLog['waitForCount'] = async (count, fits, timeoutMs = WAIT_MS) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly VendorCall[]>();
    const look = (): void => {
      const hits = calls.filter(fits);
      if (hits.length >= count) resolve(hits);
    };
    const timer = setTimeout(() => {
      const seen = calls.map(({ method }) => method).join(', ');
      reject(new Error(`not seen within ${timeoutMs} ms; seen: ${seen || 'nothing'}`));
    }, timeoutMs);
    watchers.add(look);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      watchers.delete(look);
    }
  };

  return {
    get calls() {
      return calls;
    },
    add(call) {
      calls.push(call);
      for (const look of [...watchers]) look();
    },
    clear() {
      calls = [];
    },
    async waitFor(fits, timeoutMs) {
      const [first] = await waitForCount(1, fits, timeoutMs);
      if (!first) throw new Error('no call fits');
      return first;
    },
    waitForCount,
  };
}
