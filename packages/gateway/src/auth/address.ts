import { BlockList, isIP } from 'node:net';

/** An address without the IPv4-in-IPv6 prefix, brackets and zone, lower-case. */
export function plainAddress(address: string): string {
  const bare = address
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '');
  return bare.startsWith('::ffff:') && isIP(bare.slice(7)) === 4 ? bare.slice(7) : bare;
}

export function isLoopbackAddress(address: string): boolean {
  const plain = plainAddress(address);
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}

export function isLoopbackName(hostName: string): boolean {
  const name = hostName.toLowerCase().replace(/\.$/, '');
  return name === 'localhost' || isLoopbackAddress(name);
}

/** True when an address is in a list of addresses and CIDR ranges; entries that are neither never match. */
export function isListedAddress(address: string, list: readonly string[]): boolean {
  const plain = plainAddress(address);
  const family = familyOf(plain);
  if (!family) return false;
  const block = new BlockList();
  for (const entry of list) {
    const [base = '', bits] = entry.trim().split('/');
    const entryFamily = familyOf(plainAddress(base));
    if (!entryFamily) continue;
    if (bits === undefined) block.addAddress(plainAddress(base), entryFamily);
    else if (/^\d{1,3}$/.test(bits) && Number(bits) <= (entryFamily === 'ipv4' ? 32 : 128)) {
      block.addSubnet(plainAddress(base), Number(bits), entryFamily);
    }
  }
  return block.check(plain, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : undefined;
}
