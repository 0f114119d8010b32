/** Label names and values of one observation. Values come from small closed sets, never from users. */
export type MetricLabels = Readonly<Record<string, string>>;

/**
 * The metric names a gateway exports, each with its kind, help text and label names.
 * One table, so that docs, tests and code agree.
 */
export const METRICS = {
  chela_rpc_seconds: {
    kind: 'histogram',
    help: 'Time to answer a request, by method and outcome',
    labels: ['method', 'outcome'],
  },
  chela_legacy_aliases_total: {
    kind: 'counter',
    help: 'Requests of older clients that were put into form, by the older form',
    labels: ['alias'],
  },
  chela_connections: { kind: 'gauge', help: 'Open gateway connections by role', labels: ['role'] },
  chela_events_sent_total: { kind: 'counter', help: 'Event frames written to clients, by event', labels: ['event'] },
  chela_slow_consumers_total: {
    kind: 'counter',
    help: 'Clients closed or skipped because they read too slowly',
    labels: ['action'],
  },
  chela_compactions_total: { kind: 'counter', help: 'Summaries of histories by who wrote them', labels: ['by'] },
  chela_turns_total: { kind: 'counter', help: 'Finished turns by outcome', labels: ['outcome'] },
  chela_turn_seconds: {
    kind: 'histogram',
    help: 'Time from a message being accepted to its outcome',
    labels: ['outcome'],
  },
  chela_lane_depth: { kind: 'gauge', help: 'Turns waiting for a lane', labels: ['lane'] },
  chela_tool_calls_total: { kind: 'counter', help: 'Tool calls by tool and outcome', labels: ['tool', 'outcome'] },
  chela_model_requests_total: {
    kind: 'counter',
    help: 'Model requests by provider and outcome',
    labels: ['provider', 'outcome'],
  },
  chela_model_tokens_total: {
    kind: 'counter',
    help: 'Model tokens by provider and direction',
    labels: ['provider', 'direction'],
  },
  chela_budget_spent_usd: { kind: 'gauge', help: 'US dollars spent in a budget scope', labels: ['scope'] },
  chela_budget_refusals_total: {
    kind: 'counter',
    help: 'Model calls refused because a budget was used up',
    labels: ['budget'],
  },
  chela_channel_connections: { kind: 'gauge', help: 'Open connections to vendors, by channel', labels: ['channel'] },
  chela_channel_losses_total: { kind: 'counter', help: 'Connections that were lost, by channel', labels: ['channel'] },
  chela_channel_alarms_total: {
    kind: 'counter',
    help: 'Accounts that wait for their operator, by channel and reason',
    labels: ['channel', 'reason'],
  },
  chela_channel_forced_closes_total: {
    kind: 'counter',
    help: 'Connections that did not close in time and were left behind, by channel',
    labels: ['channel'],
  },
  chela_channel_webhooks_total: {
    kind: 'counter',
    help: 'Webhook requests by channel and outcome',
    labels: ['channel', 'outcome'],
  },
  chela_deliveries_total: {
    kind: 'counter',
    help: 'Messages to channels that are over, by what became of them',
    labels: ['channel', 'outcome'],
  },
  chela_delivery_seconds: {
    kind: 'histogram',
    help: 'Time from a message being written to the receipt of the channel',
    labels: ['channel'],
  },
  chela_delivery_depth: {
    kind: 'gauge',
    help: 'Messages to channels that wait, are in doubt or dead',
    labels: ['channel', 'state'],
  },
  chela_channel_inbox_depth: {
    kind: 'gauge',
    help: 'Messages of channels that wait in this process for their turn',
    labels: [],
  },
  chela_channel_messages_total: {
    kind: 'counter',
    help: 'Messages of channels by what became of them',
    labels: ['channel', 'outcome'],
  },
  chela_outbox_depth: { kind: 'gauge', help: 'Replies written but not yet published', labels: [] },
} as const satisfies Record<
  string,
  { kind: 'counter' | 'gauge' | 'histogram'; help: string; labels: readonly string[] }
>;

export type MetricName = keyof typeof METRICS;

/** Records observations. Cheap enough for hot paths: no formatting happens until the metrics are read. */
export interface Metrics {
  /** Adds to a counter. */
  count(name: MetricName, labels?: MetricLabels, by?: number): void;
  /** Sets a gauge. */
  gauge(name: MetricName, value: number, labels?: MetricLabels): void;
  /** Records a duration in seconds into a histogram. */
  observe(name: MetricName, seconds: number, labels?: MetricLabels): void;
  /** The Prometheus text exposition of everything recorded, including loop delay and memory. */
  exposition(): Promise<string>;
  close(): void;
}

export function silentMetrics(): Metrics {
  const drop = (): void => {};
  return { count: drop, gauge: drop, observe: drop, exposition: async () => '', close: drop };
}
