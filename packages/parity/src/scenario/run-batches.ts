import { batchesOf } from './batches.ts';
import { createLabGateway, type LabGateway } from './lab-gateway.ts';
import { type ScenarioFile, scenarioName } from './load-scenarios.ts';

export interface ScenarioResult {
  readonly name: string;
  readonly subsystem: string;
  readonly file: string;
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly ms: number;
}

export interface BatchOptions {
  /** Shell command that starts a gateway in the foreground. */
  readonly gatewayCommand: string;
  /** Gateways at the same time. */
  readonly jobs: number;
  readonly fresh: boolean;
  readonly bootMs: number;
  /** Keep the run folders; their paths are told through `kept`. */
  readonly kept?: (folder: string) => void;
  /** When it is aborted, running gateways are ended and no further one is started. */
  readonly signal?: AbortSignal;
}

/** What to do with one scenario on its running gateway; returns what is the matter. */
export type ScenarioWork = (entry: ScenarioFile, gateway: LabGateway) => Promise<readonly string[]>;

/** Runs every scenario on a gateway of its own or its batch's, and tells each result as it comes. */
export async function runBatches(
  entries: readonly ScenarioFile[],
  options: BatchOptions,
  work: ScenarioWork,
  onResult: (result: ScenarioResult) => void,
): Promise<readonly ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  const queue = [...batchesOf(entries, options.fresh)];
  const worker = async (): Promise<void> => {
    for (let batch = queue.shift(); batch && !options.signal?.aborted; batch = queue.shift()) {
      await runBatch(batch, options, work, (result) => {
        results.push(result);
        onResult(result);
      });
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
  return results;
}

async function runBatch(
  batch: readonly ScenarioFile[],
  options: BatchOptions,
  work: ScenarioWork,
  done: (result: ScenarioResult) => void,
): Promise<void> {
  const [first] = batch;
  if (!first) return;
  const gateway = createLabGateway(options.gatewayCommand, first.scenario.setup, { bootMs: options.bootMs });
  const stopEarly = (): void => {
    gateway.stop('SIGKILL').catch(() => undefined);
  };
  options.signal?.addEventListener('abort', stopEarly);
  try {
    await gateway.prepare();
    const bootProblem = await gateway.start().then(
      () => undefined,
      (error: unknown) => messageOf(error),
    );
    for (const entry of batch) {
      const startedAt = Date.now();
      const problems =
        bootProblem === undefined
          ? await work(entry, gateway).catch((error: unknown) => [messageOf(error)])
          : [bootProblem];
      done({
        name: scenarioName(entry.scenario),
        subsystem: entry.scenario.subsystem,
        file: entry.file,
        ok: problems.length === 0,
        problems,
        ms: Date.now() - startedAt,
      });
    }
  } finally {
    options.signal?.removeEventListener('abort', stopEarly);
    await gateway.dispose({ keep: options.kept !== undefined });
    options.kept?.(gateway.folder);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
