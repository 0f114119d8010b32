import type { ModelRef } from '@chela/models';
import type { SessionEntry } from '@chela/store';

/** The model a session was set to. */
export function overrideOf(entry: SessionEntry | undefined): ModelRef | undefined {
  const { modelOverride, providerOverride } = entry ?? {};
  return modelOverride !== undefined && providerOverride !== undefined && modelOverride !== ''
    ? { provider: providerOverride, model: modelOverride }
    : undefined;
}
