export type * from './announcer.ts';
export { type Automation, type AutomationDeps, createAutomation } from './create-automation.ts';
export { refusedTime } from './cron/absolute-time.ts';
export type * from './cron/cron.ts';
export { parseDuration } from './cron/durations.ts';
export type * from './cron/job.ts';
export { normalizeJobPatch, normalizeNewJob } from './cron/normalize.ts';
export type * from './heartbeat/heartbeat.ts';
export { heartbeatSettings } from './heartbeat/heartbeat-settings.ts';
