import { configSchemaPayload, redactedSnapshot } from '@chela/config';
import type { MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

/** Reading the configuration: what the file says without its secrets, and what it may say (reference protocol/methods.json). */
export const configMethods: MethodFamily = ({ config, clock }) => {
  const { row } = createRowBuilder();
  return [
    row({ name: 'config.get', params: 'ConfigGetParams', handle: () => redactedSnapshot(config.snapshot()) }),
    row({
      name: 'config.schema',
      params: 'ConfigSchemaParams',
      handle: () => configSchemaPayload({ channels: [], nowMs: clock.now() }),
    }),
  ];
};
