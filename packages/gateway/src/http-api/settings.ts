import type { Config } from '@chela/config';
import { isRecord } from '../methods/record.ts';

/** A member of the configuration by path; the loader has checked the file, so only its presence is in question. */
export function settingAt(root: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), root);
}

export const textSetting = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

export const numberSetting = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

export function textsSetting(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;
}

/** `gateway.http.endpoints.<name>`; undefined while it is not enabled. */
export function endpointSettings(
  config: Config,
  name: 'chatCompletions' | 'responses',
): Readonly<Record<string, unknown>> | undefined {
  const settings = settingAt(config.gateway, 'http', 'endpoints', name);
  return isRecord(settings) && settings.enabled === true ? settings : undefined;
}
