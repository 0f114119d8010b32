export { type Clock, systemClock } from './clock.ts';
export { type LogFields, type Logger, type LogLevel, silentLogger } from './logger.ts';
export { METRICS, type MetricLabels, type MetricName, type Metrics, silentMetrics } from './metrics.ts';
