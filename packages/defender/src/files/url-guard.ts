import { redactText } from '@chela/observability';
import { isCredentialFile } from '../commands/paths.ts';
import type { Finding, Guard } from '../finding.ts';

const POINTS = 30;
const floor = 'review';
/** Hosts that hand a machine in the cloud its own credentials. */
const METADATA_HOSTS =
  /^(?:169\.254\.169\.254|169\.254\.170\.2|100\.100\.100\.200|metadata(?:\.google\.internal|\.goog)?|\[fd00:ec2::254\]|\[::ffff:a9fe:a9fe\]|2852039166)$/;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY/;
/** Longest encoded part that is decoded, in characters. */
const MAX_PART_CHARS = 8_192;

/** What an address alone gives away or opens (reference defender/defender.md §B.2, §B.5). */
export const urlGuard: Guard = ({ url }) => {
  if (url === undefined) return [];
  const parsed = URL.parse(url);
  if (parsed === null) return [];
  const findings: Finding[] = [];
  if (METADATA_HOSTS.test(parsed.hostname)) {
    findings.push({
      tag: 'credential_read',
      points: POINTS,
      floor,
      reason: 'asks the cloud for credentials of this machine',
    });
  }
  if (parsed.protocol === 'file:' && isCredentialFile(decoded(parsed.pathname))) {
    findings.push({
      tag: 'credential_read',
      points: POINTS,
      floor,
      reason: 'opens a file that holds keys or passwords',
    });
  }
  const query = `${parsed.search} ${parsed.hash} ${parsed.pathname}`.slice(0, MAX_PART_CHARS);
  if (hiddenTexts(query).some((text) => PRIVATE_KEY.test(text) || redactText(text) !== text)) {
    findings.push({
      tag: 'secret_exposure',
      points: POINTS,
      floor,
      reason: 'a key or token would leave the house in an address',
    });
  }
  return findings;
};

/** The parts of an address that say something else when they are decoded. */
function hiddenTexts(query: string): readonly string[] {
  const plain = decoded(query);
  const base64 = [...plain.matchAll(/[A-Za-z0-9+_-]{24,}={0,2}/g)].map(([part]) =>
    Buffer.from(part, 'base64').toString('utf8'),
  );
  const hex = [...plain.matchAll(/(?:[0-9a-f]{2}){16,}/gi)].map(([part]) => Buffer.from(part, 'hex').toString('utf8'));
  return [...(plain === query ? [] : [plain]), ...base64, ...hex];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
