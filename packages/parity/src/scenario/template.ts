import { hasMembers } from '../json-value.ts';
import { deviceIdentity } from './device-identity.ts';

/** What `${name}` may stand for in one run. */
export type Variables = Readonly<Record<string, unknown>>;

/** Replaces `${name}` in every string and key; a string that is only `${name}` becomes the variable itself. */
export function expand(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') {
    const whole = /^\$\{([^}]+)\}$/.exec(value)?.[1];
    return whole === undefined ? expandText(value, variables) : lookUp(whole, variables);
  }
  if (Array.isArray(value)) return value.map((member: unknown) => expand(member, variables));
  if (!hasMembers(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => [
      key.includes('${') ? String(expand(key, variables)) : key,
      expand(member, variables),
    ]),
  );
}

/** Replaces `${name}` in a text; the result stays a text. */
export const expandText = (text: string, variables: Variables): string =>
  text.replace(/\$\{([^}]+)\}/g, (_, name: string) => String(lookUp(name, variables)));

function lookUp(name: string, variables: Variables): unknown {
  if (name in variables) return variables[name];
  const clock = /^(now|iso)([+-]\d+)?$/.exec(name);
  if (clock) {
    const ms = Date.now() + Number(clock[2] ?? 0);
    return clock[1] === 'now' ? ms : new Date(ms).toISOString();
  }
  const device = /^device:(.+?)(\.publicKey)?$/.exec(name);
  if (device?.[1]) {
    const identity = deviceIdentity(device[1]);
    return device[2] ? identity.publicKey : identity.id;
  }
  const repeat = /^repeat:(.):(\d+)$/.exec(name);
  return repeat?.[1] ? repeat[1].repeat(Number(repeat[2])) : `\${${name}}`;
}
