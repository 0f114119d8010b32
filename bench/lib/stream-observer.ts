import { type BenchClient, head } from './client.ts';
import type { Gateway } from './gateway.ts';

/** A client that only counts bytes and frames, reads the newest time stamp, and notices the final. */
export interface StreamObserver {
  readonly client: BenchClient;
  frames: number;
  bytes: number;
  /** Milliseconds from the model's stamp to this client. */
  lags: number[];
  lastStamp: string;
  /** `performance.now()` of the final, null before. */
  finalAt: number | null;
  /** Size of the final frame, which carries the whole text. */
  finalBytes: number;
}

const STAMP = /^@([0-9a-z]{8,12});/;
const AT_SIGN = 0x40;
const STAMP_BYTES = 16;
/** The event's name stands within so many bytes of a frame. */
const HEAD_BYTES = 60;

const nowUs = (): number => (performance.timeOrigin + performance.now()) * 1000;

export async function createObserver(gateway: Gateway): Promise<StreamObserver> {
  const client = gateway.client({ timeoutMs: 60_000 });
  const observer: StreamObserver = {
    client,
    frames: 0,
    bytes: 0,
    lags: [],
    lastStamp: '',
    finalAt: null,
    finalBytes: 0,
  };
  client.onRaw = (raw) => {
    observer.frames += 1;
    observer.bytes += raw.length;
    const at = raw.lastIndexOf(AT_SIGN);
    if (at >= 0) {
      const stamp = STAMP.exec(raw.toString('latin1', at, Math.min(at + STAMP_BYTES, raw.length)))?.[1];
      if (stamp && stamp !== observer.lastStamp) {
        observer.lastStamp = stamp;
        observer.lags.push((nowUs() - Number.parseInt(stamp, 36)) / 1000);
      }
    }
    if (head(raw, HEAD_BYTES).includes('"chat"') && raw.includes('"state":"final"')) {
      observer.finalAt = performance.now();
      observer.finalBytes = raw.length;
    }
    return true;
  };
  await client.connect();
  return observer;
}

/** Forgets what was counted; the connection stays. */
export function resetObserver(observer: StreamObserver): void {
  Object.assign(observer, { frames: 0, bytes: 0, lags: [], lastStamp: '', finalAt: null, finalBytes: 0 });
}
