import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { logDirectory, rolledLogName } from '@chela/observability';
import { unavailable } from '@chela/protocol';
import type { GatewayServices, MethodFamily } from '../method.ts';
import { tailFile } from './log-tail.ts';
import { createRowBuilder } from './row.ts';

const DEFAULT_LINES = 500;
const DEFAULT_BYTES = 250_000;
const ROLLING_NAME = /^openclaw-\d{4}-\d{2}-\d{2}\.log$/;

/** `logs.tail`: the end of the log file, or what was written since a cursor (reference protocol/methods.json). */
export const logMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  return [
    row({
      name: 'logs.tail',
      params: 'LogsTailParams',
      async handle({ cursor, limit, maxBytes }) {
        try {
          const file = await logFile(services);
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

/** The configured file, else today's rolling file; when that is not there yet, the newest rolling file beside it. */
async function logFile(services: GatewayServices): Promise<string> {
  const configured = services.config.current().logging?.file;
  if (configured) return configured;
  const today = join(await logDirectory(), rolledLogName(services.clock.now()));
  const names = await readdir(dirname(today)).catch((): string[] => []);
  if (names.includes(basename(today))) return today;
  const newest = names
    .filter((name) => ROLLING_NAME.test(name))
    .toSorted()
    .at(-1);
  return newest === undefined ? today : join(dirname(today), newest);
}
