import { configSchemaPayload, redactedSnapshot } from '@chela/config';
import type { MethodFamily } from '../method.ts';
import { restartFor } from './config-restart.ts';
import { createConfigWriter } from './config-write.ts';
import { createRowBuilder } from './row.ts';

/** Reading and writing the configuration, without showing its secrets (reference config/config.md §9). */
export const configMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  const writer = createConfigWriter(services);
  return [
    row({
      name: 'config.get',
      params: 'ConfigGetParams',
      handle: async () => redactedSnapshot((await services.editor.read()).snapshot),
    }),
    row({
      name: 'config.schema',
      params: 'ConfigSchemaParams',
      handle: () =>
        configSchemaPayload({ channels: services.channels()?.descriptions() ?? [], nowMs: services.clock.now() }),
    }),
    row({ name: 'config.set', params: 'ConfigSetParams', handle: (params) => writer.set(params) }),
    row({
      name: 'config.patch',
      params: 'ConfigPatchParams',
      handle: async (params) => ({
        ...(await writer.patch(params)),
        ...(await restartFor(services, 'config.patch', params)),
      }),
    }),
    row({
      name: 'config.apply',
      params: 'ConfigApplyParams',
      handle: async (params) => ({
        ...(await writer.set(params)),
        ...(await restartFor(services, 'config.apply', params)),
      }),
    }),
  ];
};
