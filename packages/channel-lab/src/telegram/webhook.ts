import type { Update } from './updates.ts';

export interface Webhook {
  readonly url: string;
  set(url: string, secret: string): void;
  /** Posts the updates when a webhook is set, each until it is answered with 200; false when none is. */
  post(updates: readonly Update[]): boolean;
  stop(): void;
}

const TRIES = 5;
const PAUSE_MS = 200;

export function createWebhook(): Webhook {
  let target = { url: '', secret: '' };
  let queue = Promise.resolve();
  let isStopped = false;

  const deliver = async (update: Update): Promise<void> => {
    for (let attempt = 0; attempt < TRIES && !isStopped; attempt += 1) {
      const headers = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': target.secret };
      const body = JSON.stringify(update);
      const response = await fetch(target.url, { method: 'POST', headers, body }).catch(() => undefined);
      if (response?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };

  return {
    get url() {
      return target.url;
    },
    set(url, secret) {
      target = { url, secret };
    },
    post(updates) {
      if (target.url === '') return false;
      for (const update of updates) queue = queue.then(() => deliver(update));
      return true;
    },
    stop() {
      isStopped = true;
    },
  };
}
