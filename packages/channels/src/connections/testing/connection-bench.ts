import type { Config, Env } from '@chela/config';
import { createKnownSecrets, silentLogger, silentMetrics } from '@chela/observability';
import type { ChannelFacts } from '../../contract/facts.ts';
import { createManualClock } from '../../testing/manual-clock.ts';
import { type ConnectionsDeps, createConnections } from '../create-connections.ts';
import { createStandInChannel } from './stand-in-channel.ts';

const START = Date.parse('2026-02-17T15:00:00Z');

/** The supervisor over a stand-in channel, a clock that is moved by hand, and a configuration that can be changed. */
export function openConnectionBench(options: {
  readonly config: Config;
  readonly env?: Env;
  readonly facts?: Partial<ChannelFacts>;
}) {
  const clock = createManualClock(START);
  const channel = createStandInChannel(options.facts);
  const alarms: Parameters<ConnectionsDeps['onAlarm']>[0][] = [];
  const secrets = createKnownSecrets();
  let current = options.config;
  const connections = createConnections({
    config: { current: () => current },
    catalog: channel.catalog,
    env: options.env ?? {},
    stateDir: '/nowhere',
    secrets,
    receive: async () => 'new',
    ingress: { add: async () => {} },
    nativeCommands: async () => [],
    onAlarm: (alarm) => alarms.push(alarm),
    clock,
    logger: silentLogger(),
    metrics: silentMetrics(),
    random: () => 0,
  });
  return {
    ...channel,
    channel,
    clock,
    connections,
    alarms,
    secrets,
    state: (accountId = 'default') => connections.views().find((view) => view.accountId === accountId)?.state.kind,
    view: (accountId = 'default') => connections.views().find((view) => view.accountId === accountId),
    async start() {
      await connections.start();
      await clock.advance(0);
    },
    async change(next: Config) {
      const previous = current;
      current = next;
      await connections.apply(next, previous);
      await clock.advance(0);
    },
  };
}
