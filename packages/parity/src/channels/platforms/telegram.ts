import { fileURLToPath } from 'node:url';
import { createFakeTelegram, type FakeTelegram, type Update, type VendorCall } from '@chela/channel-lab';
import { isJsonObject } from '../../json-value.ts';
import type { ExpectedCall, VendorFault } from '../channel-case.ts';
import { createMediaHost } from '../media-host.ts';
import type { ChannelPlatform } from '../platform.ts';

/** What an account asks when it starts, and a probe. */
const START = new Set([
  'getMe',
  'getWebhookInfo',
  'deleteMyCommands',
  'setMyCommands',
  'deleteWebhook',
  'setWebhook',
  'getChatMember',
]);
const CONNECT_MS = 20_000;
/** The host that the recordings fetched files from. */
const MEDIA_HOST = 'media.example.com';
const REDIRECT = fileURLToPath(new URL('../redirect-host.mjs', import.meta.url));

export const telegramPlatform: ChannelPlatform = {
  channel: 'telegram',
  async start() {
    const vendor = createFakeTelegram();
    const media = createMediaHost();
    const [url, mediaPort] = await Promise.all([vendor.start(), media.start()]);

    const isPoll = ({ method }: VendorCall): boolean => method === 'getUpdates';

    return {
      env: {
        CHELA_TELEGRAM_API_ROOT: url,
        NODE_OPTIONS: `--import=${REDIRECT}`,
        PARITY_REDIRECT: `${MEDIA_HOST}=${mediaPort}`,
      },
      section: { enabled: true, botToken: vendor.token },
      calls: () =>
        [...vendor.log.calls, ...media.calls].filter((call) => !isPoll(call)).toSorted((a, b) => a.at - b.at),
      isOfStart: ({ method }) => START.has(method),
      fail: (faults) => addFaults(vendor, faults),
      async connected() {
        await vendor.log.waitFor(({ method }) => method === 'deleteMyCommands', CONNECT_MS);
        await vendor.log.waitFor(isPoll, CONNECT_MS);
      },
      async push(updates) {
        vendor.push(...updates.filter(isUpdate));
      },
      view: (call) => viewOf(call, vendor),
      isMessageId: (text) => vendor.messages.made.some((id) => String(id) === text),
      async stop() {
        await Promise.all([vendor.stop(), media.stop()]);
      },
    };
  },
};

const isUpdate = (value: unknown): value is Update => isJsonObject(value) && typeof value.update_id === 'number';

function addFaults(vendor: FakeTelegram, faults: readonly VendorFault[]): void {
  for (const { method, param, status, body, headers, times, drop } of faults) {
    vendor.faults.add({
      method: new RegExp(method),
      ...(param !== undefined && { param }),
      ...(times !== undefined && { times }),
      effect: drop
        ? { kind: 'drop', when: 'before' }
        : { kind: 'answer', status: status ?? 500, body, ...(headers && { headers }) },
    });
  }
}

/** Ids of created messages become `<sent:N>`, uploads `<attachN>` with their size. */
function viewOf({ method, params, files, failure }: VendorCall, { messages }: FakeTelegram): ExpectedCall {
  const sent = messages.made;
  const attached = files.map(({ name }) => name);
  const value = (key: string, given: unknown): unknown => {
    if (key === 'message_id' && sent.includes(Number(given))) return `<sent:${sent.indexOf(Number(given)) + 1}>`;
    if (typeof given !== 'string' || !given.startsWith('attach://')) return given;
    return `attach://<attach${attached.indexOf(given.slice('attach://'.length)) + 1}>`;
  };
  const uploads = files.map(({ fileName, contentType, bytes }, index) => [
    `<attach${index + 1}>`,
    { __file: fileName, contentType, bytes: bytes.length },
  ]);
  return {
    method,
    params: {
      ...Object.fromEntries(Object.entries(params).map(([key, given]) => [key, value(key, given)])),
      ...Object.fromEntries(uploads),
    },
    ...(failure !== undefined && { injectedFailure: failure }),
  };
}
