import type { PresenceEntry } from '../presence.ts';
import { text } from './session-access.ts';

/** What a `system-event` says about the presence of a host (reference protocol/methods.json). Pure. */

const PRESENCE_LINE =
  /^Node:\s*(?<host>[^(·]+?)\s*(?:\((?<ip>[^)]+)\))?\s*·\s*app\s+(?<version>[^·]+?)\s*·\s*(?:last input\s+(?<idle>\d+)s ago\s*·\s*)?mode\s+(?<mode>[^·]+?)\s*·\s*reason\s+(?<reason>\S+)\s*$/i;

/** Lines of this form only report presence; any other text is news for the agent. */
export function isPresenceLine(line: string): boolean {
  return line.startsWith('Node:');
}

type Params = Readonly<Record<string, unknown>>;

/** The entry and the key it is kept under: the device, else the instance, else the host, else the text itself. */
export function readPresence(
  line: string,
  params: Params,
): { readonly key: string; readonly entry: Omit<PresenceEntry, 'ts'> } {
  const parsed = PRESENCE_LINE.exec(line)?.groups ?? {};
  const names = ['host', 'ip', 'mode', 'version', 'platform', 'deviceFamily', 'modelIdentifier', 'reason'] as const;
  const facts = names.flatMap((name) => {
    const value = text(params[name]) ?? parsed[name];
    return value === undefined ? [] : [[name, value]];
  });
  const deviceId = text(params.deviceId);
  const instanceId = text(params.instanceId);
  const idle = typeof params.lastInputSeconds === 'number' ? params.lastInputSeconds : seconds(parsed.idle);
  const lists = (['roles', 'scopes'] as const).flatMap((name) => {
    const values = strings(params[name]);
    return values.length === 0 ? [] : [[name, values]];
  });
  return {
    key: deviceId ?? instanceId ?? text(params.host) ?? parsed.host ?? line,
    entry: {
      ...Object.fromEntries([...facts, ...lists]),
      ...(deviceId !== undefined && { deviceId }),
      ...(instanceId !== undefined && { instanceId }),
      ...(idle !== undefined && Number.isFinite(idle) && { lastInputSeconds: idle }),
      text: line,
    },
  };
}

function seconds(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string' && item !== '') : [];
}
