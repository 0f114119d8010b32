import { overrideOf } from '@chela/agent';
import type { ModelService } from '@chela/models';
import type { Store } from '@chela/store';

/** Whether the model that answers in a session is shown pictures: the first one that its turn would ask. */
export function createSight({
  store,
  models,
}: {
  readonly store: { readonly sessions: Pick<Store['sessions'], 'get'> };
  readonly models: Pick<ModelService, 'select'>;
}): (place: { readonly agentId: string; readonly sessionKey: string }) => Promise<boolean> {
  return async ({ agentId, sessionKey }) => {
    const override = overrideOf((await store.sessions.get(sessionKey))?.entry);
    const chosen = override === undefined ? {} : { override, isChosen: true };
    return (await models.select({ agentId, ...chosen })).primary.input.includes('image');
  };
}
