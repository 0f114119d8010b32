/** Runs one hook transform away from the gateway's thread and sends back what it returned. */

import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { isRecord } from '../../methods/record.ts';

async function run(): Promise<unknown> {
  if (!isRecord(workerData) || typeof workerData.file !== 'string') throw new Error('no transform to run');
  const module: unknown = await import(pathToFileURL(workerData.file).href);
  const exported = isRecord(module) ? pick(module, workerData.exportName) : undefined;
  if (typeof exported !== 'function') throw new Error('the transform module exports no function');
  const { payload, headers, url, path } = workerData;
  const value: unknown = await Reflect.apply(exported, undefined, [
    { payload, headers, url: new URL(String(url)), path },
  ]);
  // As JSON, because that is all a mapping can use and nothing else crosses threads safely.
  return value === null ? null : JSON.parse(JSON.stringify(value ?? {}));
}

function pick(module: Readonly<Record<string, unknown>>, name: unknown): unknown {
  return typeof name === 'string' ? module[name] : (module.default ?? module.transform);
}

parentPort?.postMessage(
  await run().then(
    (value) => ({ value }),
    (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
  ),
);
