/**
 * Runs the handler of one hook away from the gateway's thread, one thread a hook. What the handler starts and does not
 * wait for lives on in it; what it prints goes to the gateway's log.
 */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { isRecord } from './is-record.ts';

// Sources are often written for a compiler: `./x.js` and `./x` mean the `x.ts` beside them.
registerHooks({
  resolve(specifier, context, next) {
    const source = specifier.startsWith('.') && context.parentURL ? sourceOf(specifier, context.parentURL) : undefined;
    return next(source ?? specifier, context);
  },
});

function sourceOf(specifier: string, parent: string): string | undefined {
  const asked = new URL(specifier, parent);
  if (asked.protocol !== 'file:' || existsSync(fileURLToPath(asked))) return undefined;
  const source = new URL(`${asked.href.replace(/\.js$/, '')}.ts`);
  return existsSync(fileURLToPath(source)) ? source.href : undefined;
}

type Handler = (event: unknown) => unknown;

async function load(): Promise<Handler> {
  if (!isRecord(workerData) || typeof workerData.file !== 'string') throw new Error('no handler to load');
  const module: unknown = await import(pathToFileURL(workerData.file).href);
  const name = String(workerData.exportName);
  const handler = isRecord(module) ? module[name] : undefined;
  if (typeof handler !== 'function') throw new Error(`the handler exports no function "${name}"`);
  return (event) => Reflect.apply(handler, undefined, [event]);
}

async function answer(handler: Handler, { id, event: told }: Readonly<Record<string, unknown>>): Promise<unknown> {
  const context = isRecord(told) && isRecord(told.context) ? { ...told.context } : {};
  const messages: unknown[] = [];
  const event = { ...(isRecord(told) ? told : {}), context, messages };
  try {
    await handler(event);
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const said = messages.filter((message) => typeof message === 'string');
  // As JSON, because nothing else crosses threads safely.
  const files: unknown = JSON.parse(JSON.stringify(context.bootstrapFiles ?? null));
  return { id, messages: said, bootstrapFiles: files };
}

process.on('unhandledRejection', (error) => {
  process.stderr.write(`a promise of this hook was rejected: ${error instanceof Error ? error.stack : error}\n`);
});

const loading = load();
parentPort?.on('message', (message: unknown) => {
  if (!isRecord(message)) return;
  const reply = (value: unknown): void => parentPort?.postMessage(value);
  loading
    .then((handler) => answer(handler, message))
    .then(reply, (error: unknown) => {
      reply({ id: message.id, error: error instanceof Error ? error.message : String(error) });
    });
});
