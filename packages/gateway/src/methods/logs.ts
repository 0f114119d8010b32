import { newestLogFile, tailFile } from '@chela/observability';
import { unavailable } from '@chela/protocol';
import type { MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

const DEFAULT_LINES = 500;
const DEFAULT_BYTES = 250_000;

/** `logs.tail`: the end of the log file, or what was written since a cursor (reference protocol/methods.json). */
export const logMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  return [
    row({
      name: 'logs.tail',
      params: 'LogsTailParams',
      async handle({ cursor, limit, maxBytes }) {
        try {
          const file = services.config.current().logging?.file || (await newestLogFile(services.clock.now()));
          const tail = await tailFile(file, {
            cursor,
            lines: limit ?? DEFAULT_LINES,
            bytes: maxBytes ?? DEFAULT_BYTES,
          });
          return { file, ...tail };
        } catch (error) {
          throw unavailable(`log read failed: ${String(error)}`, { cause: error });
        }
      },
    }),
  ];
};
