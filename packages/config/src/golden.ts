import { isJsonObject, text } from './json-object.ts';
import { memorySlotVerdict, type PluginOrigin, pluginEnablement } from './plugins/enablement.ts';

const ORIGINS = ['config', 'workspace', 'global', 'bundled'] as const satisfies readonly PluginOrigin[];

/** Runs the contract's behaviour tables for the configuration (reference agent/golden). */
export const goldenRunners: Readonly<Record<string, (input: unknown) => unknown>> = {
  'plugin-enable': (input) => {
    const fields = isJsonObject(input) ? input : {};
    const id = text(fields.id) ?? '';
    if (fields.fn === 'enable') {
      const origin = ORIGINS.find((name) => name === fields.origin) ?? 'config';
      return pluginEnablement(id, origin, fields.plugins);
    }
    const slot = fields.slot === null ? null : text(fields.slot);
    return memorySlotVerdict({ id, kind: text(fields.kind), slot, selectedId: text(fields.selectedId) });
  },
};
