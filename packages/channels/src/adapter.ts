/** The public face for adapters: the only module of Chela that they import. */
export type { Clock, Logger } from '@chela/observability';
export * from './contract/adapter.ts';
export * from './contract/channel-error.ts';
export type * from './contract/connection.ts';
export type * from './contract/facts.ts';
export type * from './contract/inbound.ts';
export type * from './contract/outbound.ts';
