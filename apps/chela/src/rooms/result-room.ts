import type { Store } from '@chela/store';
import type { ResultRoom } from '@chela/tools';

/** Results that are too long for a model, in the store and without the gateway's secrets. */
export function createResultRoom({ toolResults }: Store, redact: (text: string) => string): ResultRoom {
  return {
    keep: (result) => toolResults.keep({ ...result, text: redact(result.text) }),
    find: toolResults.find,
    latest: toolResults.latest,
  };
}
