/** Names that always mean this machine or its network (reference agent/tools.md ). */
const BLOCKED_HOSTS: ReadonlySet<string> = new Set(['localhost', 'metadata.google.internal']);
const BLOCKED_SUFFIXES = ['.localhost', '.local', '.internal'] as const;

export function normalizeHost(host: string): string {
  const plain = host.trim().toLowerCase().replace(/\.$/, '');
  return plain.startsWith('[') && plain.endsWith(']') ? plain.slice(1, -1) : plain;
}

/** Whether a host name is never fetched, whatever it resolves to. */
export function isBlockedHost(host: string): boolean {
  const name = normalizeHost(host);
  return BLOCKED_HOSTS.has(name) || BLOCKED_SUFFIXES.some((suffix) => name.endsWith(suffix));
}

type Octets = readonly [number, number, number, number];

/** A dotted quad, each number read as far as it is decimal; other spellings are host names, whose addresses are checked later. */
function parseIpv4(text: string): Octets | undefined {
  const parts = text.split('.');
  const [a, b, c, d] = parts.map((part) => Number.parseInt(part, 10));
  if (parts.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  return [a, b, c, d].every((octet) => octet >= 0 && octet <= 255) ? [a, b, c, d] : undefined;
}

function isPrivateIpv4([a, b]: Octets): boolean {
  if (a === 0 || a === 10 || a === 127) return true;
  if (a === 169 && b === 254) return true;
  if (a === 172 && b >= 16 && b <= 31) return true;
  if (a === 192 && b === 168) return true;
  return a === 100 && b >= 64 && b <= 127;
}

/** The eight groups of an IPv6 address, a trailing dotted quad included; undefined when it is none. */
function parseIpv6(text: string): readonly number[] | undefined {
  const zone = text.indexOf('%');
  let address = zone === -1 ? text : text.slice(0, zone);
  const lastColon = address.lastIndexOf(':');
  const tail = address.slice(lastColon + 1);
  if (tail.includes('.')) {
    const quad = parseIpv4(tail);
    if (quad === undefined) return undefined;
    const [a, b, c, d] = quad;
    address = `${address.slice(0, lastColon + 1)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const groups = (half: string | undefined): string[] => (half ? half.split(':') : []);
  const head = groups(halves[0]);
  const end = groups(halves[1]);
  if (![...head, ...end].every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const missing = 8 - head.length - end.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const filled = halves.length === 1 ? head : [...head, ...Array<string>(missing).fill('0'), ...end];
  return filled.map((group) => Number.parseInt(group, 16));
}

function quadOf(high: number | undefined, low: number | undefined): Octets {
  const [h, l] = [high ?? 0, low ?? 0];
  return [h >> 8, h & 0xff, l >> 8, l & 0xff];
}

/** The IPv4 address an IPv6 address is another spelling of: mapped (`::ffff:a.b.c.d`) or compatible (`::a.b.c.d`). */
function sameAsIpv4(groups: readonly number[]): Octets | undefined {
  const zeroUntil = (end: number): boolean => groups.slice(0, end).every((group) => group === 0);
  const mapped = zeroUntil(5) && groups[5] === 0xffff;
  const compatible = zeroUntil(6);
  return mapped || compatible ? quadOf(groups[6], groups[7]) : undefined;
}

/** IPv4 addresses that a gateway on the way may unpack from an IPv6 address: NAT64, 6to4, Teredo, SIIT. */
function tunnelledIpv4(groups: readonly number[]): readonly Octets[] {
  const [g0, g1, g2, g3, g4, g5, g6, g7] = groups;
  if (g0 === 0x64 && g1 === 0xff9b) return [quadOf(g6, g7)];
  if (g0 === 0x2002) return [quadOf(g1, g2)];
  if (g0 === 0x2001 && g1 === 0) return [quadOf(g2, g3), quadOf((g6 ?? 0) ^ 0xffff, (g7 ?? 0) ^ 0xffff)];
  if (groups.slice(0, 4).every((group) => group === 0) && g4 === 0xffff && g5 === 0) return [quadOf(g6, g7)];
  return [];
}

function isPrivateIpv6(groups: readonly number[]): boolean {
  const first = groups[0] ?? 0;
  if (groups.slice(0, 7).every((group) => group === 0) && (groups[7] ?? 0) <= 1) return true;
  if ((first & 0xffc0) === 0xfe80 || (first & 0xffc0) === 0xfec0 || (first & 0xfe00) === 0xfc00) return true;
  const quad = sameAsIpv4(groups);
  return quad !== undefined && isPrivateIpv4(quad);
}

/** Whether an address belongs to this machine or a private network; one that cannot be read belongs to none. */
export function isPrivateAddress(address: string): boolean {
  const plain = normalizeHost(address);
  if (plain.includes(':')) {
    const groups = parseIpv6(plain);
    return groups !== undefined && isPrivateIpv6(groups);
  }
  const quad = parseIpv4(plain);
  return quad !== undefined && isPrivateIpv4(quad);
}

/** Multicast, broadcast, benchmarking and reserved ranges: no web page lives there. */
function isSpecialIpv4([a, b, c]: Octets): boolean {
  return a >= 224 || (a === 198 && (b === 18 || b === 19)) || (a === 192 && b === 0 && c === 0);
}

/**
 * Whether the gateway must not connect to an address. Wider than `isPrivateAddress`: IPv6 addresses that cannot be read,
 * tunnelled IPv4 addresses and ranges without web servers are refused too.
 */
export function isForbiddenAddress(address: string): boolean {
  if (isPrivateAddress(address)) return true;
  const plain = normalizeHost(address);
  if (plain.includes(':')) {
    const groups = parseIpv6(plain);
    if (groups === undefined) return true;
    const carried = [...tunnelledIpv4(groups), sameAsIpv4(groups)].filter((quad) => quad !== undefined);
    return ((groups[0] ?? 0) & 0xff00) === 0xff00 || carried.some((quad) => isPrivateIpv4(quad) || isSpecialIpv4(quad));
  }
  const quad = parseIpv4(plain);
  return quad !== undefined && isSpecialIpv4(quad);
}
