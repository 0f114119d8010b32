import { CORPUS_TRACES, loadScenarios } from '@chela/parity';

/**
 * Methods that wait for something, change what the gateway runs on, or end it: they are fuzzed by the unit tests of
 * their schemas, not here, where every frame has to be answered soon.
 */
const LEFT_OUT = new Set([
  'agent.wait',
  'exec.approval.request',
  'exec.approval.waitDecision',
  'node.invoke',
  'config.apply',
  'config.patch',
  'config.set',
  'update.run',
]);

/** The requests of the recorded traces, each once. */
export async function corpusRequests(): Promise<readonly { method: string; params?: unknown }[]> {
  const entries = await loadScenarios([CORPUS_TRACES]);
  const requests = entries.flatMap(({ scenario }) => scenario.steps).flatMap(({ send }) => (send ? [send] : []));
  const kept = requests.filter(({ method }) => !LEFT_OUT.has(method));
  return [...new Map(kept.map((request) => [JSON.stringify(request), request])).values()];
}

/** The configurations the traces were recorded with, each once. */
export async function corpusConfigs(): Promise<readonly unknown[]> {
  const entries = await loadScenarios([CORPUS_TRACES]);
  const configs = entries.flatMap(({ scenario }) =>
    scenario.setup.config === undefined ? [] : [scenario.setup.config],
  );
  return [...new Map(configs.map((config) => [JSON.stringify(config), config])).values()];
}
