import type { Config } from '@chela/config';
import { isRecord } from '../call/arguments.ts';

type Section = Readonly<Record<string, unknown>>;

/** A section of `tools.web`, empty when absent. */
export function webSection(config: Config, name: 'fetch' | 'search'): Section {
  const web = config.tools?.web;
  const section = isRecord(web) ? web[name] : undefined;
  return isRecord(section) ? section : {};
}

/** A number of a section, within bounds; anything else gives the default. */
export function boundedNumber(value: unknown, fallback: number, min: number, max: number): number {
  const number = typeof value === 'number' && Number.isFinite(value) ? value : fallback;
  return Math.min(max, Math.max(min, Math.floor(number)));
}

export function sectionText(section: Section, key: string): string | undefined {
  const value = section[key];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

const CACHE_DEFAULT_MINUTES = 15;
const CACHE_MAX_MINUTES = 24 * 60;

/** How long answers are kept, in milliseconds. */
export function cacheTtlMs(section: Section): number {
  return boundedNumber(section.cacheTtlMinutes, CACHE_DEFAULT_MINUTES, 0, CACHE_MAX_MINUTES) * 60_000;
}

const TIMEOUT_DEFAULT_SEC = 30;
const TIMEOUT_MAX_SEC = 300;

export function requestTimeoutMs(section: Section): number {
  return boundedNumber(section.timeoutSeconds, TIMEOUT_DEFAULT_SEC, 1, TIMEOUT_MAX_SEC) * 1000;
}
