import { createFakeHttp, PNG, type VendorCall } from '@chela/channel-lab';

export interface MediaHost {
  readonly calls: readonly VendorCall[];
  /** Resolves with the port. */
  start(): Promise<number>;
  stop(): Promise<void>;
}

/** The size of the picture in the recordings. */
const PICTURE_BYTES = 91;

/** A web server with one small picture under any name. */
export function createMediaHost(): MediaHost {
  const picture = Buffer.concat([PNG, Buffer.alloc(PICTURE_BYTES)]).subarray(0, PICTURE_BYTES);
  const http = createFakeHttp({
    nameOf: ({ verb, path }) => `${verb} ${path}`,
    answer: () => ({ headers: { 'content-type': 'image/png' }, body: picture }),
  });
  return {
    get calls() {
      return http.log.calls.map((call) => ({ ...call, params: {} }));
    },
    start: async () => Number(new URL(await http.start()).port),
    stop: http.stop,
  };
}
