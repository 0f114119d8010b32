export type * from './announcer.ts';
export { type Automation, type AutomationDeps, createAutomation } from './create-automation.ts';
export { parseAbsoluteTime } from './cron/absolute-time.ts';
export type * from './cron/cron.ts';
export { CronRequestError, jobChangeParams, newJobParams, readJobChange, readNewJob } from './cron/cron-request.ts';
export { parseDuration } from './cron/durations.ts';
export type * from './cron/job.ts';
export type * from './heartbeat/heartbeat.ts';
export { heartbeatLookup, heartbeatSettings } from './heartbeat/heartbeat-settings.ts';
