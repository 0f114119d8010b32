import { invalidRequest } from '@chela/protocol';
import type { MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

/** Methods that only exist while their plugin is loaded (reference protocol/methods.json, voicecall.*). */
const PLUGIN_METHODS = [
  'voicecall.initiate',
  'voicecall.continue',
  'voicecall.speak',
  'voicecall.end',
  'voicecall.status',
  'voicecall.start',
];

/** Answers for plugins that are not loaded: as for a method that nobody knows. */
export const absentPluginMethods: MethodFamily = () => {
  const { loose } = createRowBuilder();
  return PLUGIN_METHODS.map((name) =>
    loose({
      name,
      handle() {
        throw invalidRequest(`unknown method: ${name}`);
      },
    }),
  );
};
