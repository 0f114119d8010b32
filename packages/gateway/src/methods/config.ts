import type { MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

export const configMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  return [row({ name: 'config.get', params: 'ConfigGetParams', handle: () => services.config.snapshot() })];
};
