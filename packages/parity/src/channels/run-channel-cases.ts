import { createLabClient } from '../scenario/lab-client.ts';
import { createLabGateway } from '../scenario/lab-gateway.ts';
import { BASE_CONFIG, mergeConfig, objectWithFacts, STEPWISE_CONFIG } from './case-config.ts';
import { type AnyCase, nameOf } from './channel-case.ts';
import { PLATFORMS } from './platform.ts';
import { runCase } from './run-case.ts';
import { runStepwise } from './run-stepwise.ts';

export interface CaseResult {
  readonly name: string;
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly ms: number;
}

export interface ChannelRunOptions {
  readonly gatewayCommand: string;
  readonly jobs: number;
  readonly bootMs: number;
  readonly signal: AbortSignal;
  /** Keep the run folders; their paths are told through `kept`. */
  readonly kept?: (folder: string) => void;
}

/** Runs every case on a gateway of its own; those that build on each other share one. */
export async function runChannelCases(
  cases: readonly AnyCase[],
  options: ChannelRunOptions,
  onResult: (result: CaseResult) => void,
): Promise<readonly CaseResult[]> {
  const queue = [...batchesOf(cases)];
  const results: CaseResult[] = [];
  const worker = async (): Promise<void> => {
    for (let batch = queue.shift(); batch && !options.signal.aborted; batch = queue.shift()) {
      await runBatch(batch, options, (result) => {
        results.push(result);
        onResult(result);
      });
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
  return results;
}

/** Cases without settings of their own go on where the one before them stopped. */
function batchesOf(cases: readonly AnyCase[]): readonly (readonly AnyCase[])[] {
  const groups = Map.groupBy(cases, (one) => (one.case.config === undefined ? one.case.channel : nameOf(one)));
  return [...groups.values()];
}

async function runBatch(
  batch: readonly AnyCase[],
  options: ChannelRunOptions,
  onResult: (result: CaseResult) => void,
): Promise<void> {
  const [first] = batch;
  if (!first) return;
  const { channel, config = {} } = first.case;
  const load = Object.hasOwn(PLATFORMS, channel) ? PLATFORMS[channel] : undefined;
  if (!load) {
    for (const one of batch)
      onResult({ name: nameOf(one), ok: false, problems: [`there is no platform for ${channel}`], ms: 0 });
    return;
  }
  const platform = await (await load()).start(config);
  const plain = first.format === 'stepwise' ? mergeConfig(BASE_CONFIG, STEPWISE_CONFIG) : BASE_CONFIG;
  const base = platform.section ? mergeConfig(plain, { channels: { [channel]: platform.section } }) : plain;
  const settings = objectWithFacts(config, platform.facts ?? {});
  const gateway = createLabGateway(
    options.gatewayCommand,
    { config: mergeConfig(base, settings), env: { OPENCLAW_SKIP_CHANNELS: '', ...platform.env } },
    { bootMs: options.bootMs },
  );
  const stopEarly = (): void => {
    gateway.stop('SIGKILL').catch(() => undefined);
  };
  options.signal.addEventListener('abort', stopEarly);
  try {
    await gateway.prepare();
    await gateway.start();
    const client = createLabClient(gateway, { client: { id: 'gateway-client' } });
    await client.connect();
    await platform.connected();
    for (const one of batch) {
      const startedAt = Date.now();
      const run = { gateway, platform, client };
      const playing = one.format === 'whole' ? runCase(one.case, run) : runStepwise(one.case, run);
      const problems = await playing.catch(told);
      onResult({ name: nameOf(one), ok: problems.length === 0, problems, ms: Date.now() - startedAt });
    }
    await client.close();
  } catch (error) {
    const problems = [...told(error), await gateway.output()];
    for (const one of batch) onResult({ name: nameOf(one), ok: false, problems, ms: 0 });
  } finally {
    options.signal.removeEventListener('abort', stopEarly);
    await gateway.dispose({ keep: options.kept !== undefined });
    await platform.stop();
    options.kept?.(gateway.folder);
  }
}

const told = (error: unknown): readonly string[] => [error instanceof Error ? error.message : String(error)];
