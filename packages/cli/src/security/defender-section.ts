import type { Config } from '@chela/config';
import { recordAt } from '../json-reader.ts';

/** `security.defender` of the configuration; empty when there is none. */
export function defenderSection(config: Config): Readonly<Record<string, unknown>> {
  return recordAt(recordAt(config, 'security'), 'defender');
}

/** Keys that may sign policies, by their names: `security.defender.bundle.trustedKeys`. */
export function trustedKeys(config: Config): Readonly<Record<string, string>> {
  const keys = recordAt(recordAt(defenderSection(config), 'bundle'), 'trustedKeys');
  return Object.fromEntries(Object.entries(keys).flatMap(([id, key]) => (typeof key === 'string' ? [[id, key]] : [])));
}
