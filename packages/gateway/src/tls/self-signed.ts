import { randomBytes } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate and its private key, PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** Clients know the certificate by its fingerprint, so it lives long; the name is the contract's. */
const VALID_YEARS = 10;
const COMMON_NAME = 'openclaw-gateway';
const COMMON_NAME_OID = '2.5.4.3';
const ALTERNATIVE_NAMES_OID = '2.5.29.17';
const DNS_NAME = 2;
const IP_ADDRESS = 7;
const LOCAL_ADDRESSES = [Buffer.from([127, 0, 0, 1]), Buffer.concat([Buffer.alloc(15), Buffer.from([1])])] as const;

/** Makes a self-signed certificate for this machine's names. The library is loaded for this one call. */
export async function createSelfSigned(at: {
  readonly now: number;
  readonly hostName: string;
}): Promise<CertificatePair> {
  const [{ Integer, OctetString, Utf8String }, pki] = await Promise.all([import('asn1js'), import('pkijs')]);
  const engine = new pki.CryptoEngine({ name: 'node', crypto });
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const certificate = new pki.Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ valueHex: new Uint8Array(serialNumber()) });
  for (const name of [certificate.issuer, certificate.subject]) {
    const value = new Utf8String({ value: COMMON_NAME });
    name.typesAndValues.push(new pki.AttributeTypeAndValue({ type: COMMON_NAME_OID, value }));
  }
  certificate.notBefore.value = new Date(at.now);
  const end = new Date(at.now);
  end.setUTCFullYear(end.getUTCFullYear() + VALID_YEARS);
  certificate.notAfter.value = end;
  const dnsNames = [...new Set(['localhost', at.hostName])].filter((name) => name !== '' && !isIPv4(name));
  const names = new pki.GeneralNames({
    names: [
      ...dnsNames.map((value) => new pki.GeneralName({ type: DNS_NAME, value })),
      ...LOCAL_ADDRESSES.map(
        (bytes) =>
          new pki.GeneralName({ type: IP_ADDRESS, value: new OctetString({ valueHex: new Uint8Array(bytes) }) }),
      ),
    ],
  });
  certificate.extensions = [
    new pki.Extension({ extnID: ALTERNATIVE_NAMES_OID, critical: false, extnValue: names.toSchema().toBER(false) }),
  ];
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey, engine);
  await certificate.sign(keys.privateKey, 'SHA-256', engine);
  const der = Buffer.from(certificate.toSchema(true).toBER(false));
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { cert: pem('CERTIFICATE', der), key: pem('PRIVATE KEY', pkcs8) };
}

/** Positive, as X.509 wants it. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
