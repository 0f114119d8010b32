import { BlockList, isIP, isIPv4 } from 'node:net';

const PRIVATE = privateAddresses();
const PRIVATE_NAMES = /(^|\.)(localhost|local|internal|lan|home\.arpa)$/;

/**
 * The web addresses a message writes out, each once, at most `max`. Addresses of this machine and of private networks are
 * left out: a stranger's message must not make a program here look at them.
 */
export function findLinks(text: string, max: number): readonly string[] {
  const found = new Set<string>();
  for (const [written] of text.matchAll(/https?:\/\/[^\s<>"'`]+/gi)) {
    const url = withoutClosing(written);
    if (URL.canParse(url) && isPublic(new URL(url))) found.add(url);
    if (found.size >= max) break;
  }
  return [...found];
}

/** Without the punctuation of the sentence, and without a bracket that was opened before the address. */
function withoutClosing(written: string): string {
  const url = written.replace(/[.,;:!?\]}*_]+$/, '');
  return url.endsWith(')') && !url.includes('(') ? withoutClosing(url.slice(0, -1)) : url;
}

function isPublic({ hostname, username }: URL): boolean {
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (username !== '' || host === '') return false;
  if (isIP(host) === 0) return host.includes('.') && !PRIVATE_NAMES.test(host);
  return !PRIVATE.check(host, isIPv4(host) ? 'ipv4' : 'ipv6');
}

function privateAddresses(): BlockList {
  const list = new BlockList();
  const v4 = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'];
  for (const range of [...v4, '192.0.0.0/24', '192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/3']) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), 'ipv4');
  }
  for (const range of ['::/96', '::ffff:0:0/96', '64:ff9b::/96', 'fc00::/7', 'fe80::/10', 'ff00::/8']) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), 'ipv6');
  }
  return list;
}
