import type { ModelEvent, ModelService } from '@chela/models';

/** The models with secrets taken out of what providers say when they refuse: some repeat the key they were given. */
export function guardedModels(models: ModelService, redact: (text: string) => string): ModelService {
  return {
    ...models,
    async *stream(request, agentId, signal) {
      for await (const event of models.stream(request, agentId, signal)) yield guarded(event, redact);
    },
  };
}

function guarded(event: ModelEvent, redact: (text: string) => string): ModelEvent {
  if (event.type !== 'failed') return event;
  return { ...event, failure: { ...event.failure, message: redact(event.failure.message) } };
}
