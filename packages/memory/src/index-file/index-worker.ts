/** Worker: does the work on index files, one job after another, each answered on the port that came with it. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { createIndexWork, type IndexOperations, type IndexWork } from './operations.ts';

/** A job and where its answer goes. */
export interface IndexJob<K extends keyof IndexOperations> {
  readonly operation: K;
  readonly input: IndexOperations[K]['input'];
  readonly port: MessagePort;
}

export type IndexAnswer<K extends keyof IndexOperations> =
  | { readonly value: IndexOperations[K]['output'] }
  | { readonly error: string };

const work: IndexWork = createIndexWork();
let last: Promise<void> = Promise.resolve();

async function perform<K extends keyof IndexOperations>({ operation, input, port }: IndexJob<K>): Promise<void> {
  let answer: IndexAnswer<K>;
  try {
    answer = { value: await work[operation](input) };
  } catch (error) {
    answer = { error: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(answer);
  port.close();
}

parentPort?.on('message', (job: IndexJob<keyof IndexOperations>) => {
  last = last.then(() => perform(job));
});
