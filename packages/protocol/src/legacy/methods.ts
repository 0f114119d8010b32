import { CONTRACT_METHODS } from '../generated/contract-methods.ts';

/** Family names of older clients, each with the family of the contract that took its place. */
const FAMILIES: Readonly<Record<string, string>> = {
  session: 'sessions',
  model: 'models',
  skill: 'skills',
  channel: 'channels',
  provider: 'channels',
  providers: 'channels',
  devices: 'device',
  nodes: 'node',
};

const METHOD_NAMES: ReadonlySet<string> = new Set(CONTRACT_METHODS.map(({ name }) => name));

/** The contract's name of a method of an older family (`providers.status`); undefined for any other name. */
export function modernMethod(method: string): string | undefined {
  const dot = method.indexOf('.');
  const family = method.slice(0, Math.max(dot, 0));
  if (METHOD_NAMES.has(method) || !Object.hasOwn(FAMILIES, family)) return undefined;
  const modern = `${FAMILIES[family]}${method.slice(dot)}`;
  return METHOD_NAMES.has(modern) ? modern : undefined;
}
