import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { type CliContext, CliFailure } from '../context.ts';
import { readJsonFile } from '../security/read-json-file.ts';

const PRIVATE_FILE = 0o600;
const DAY_MS = 86_400_000;
/** The last bytes of an Ed25519 public key in DER are the key itself (RFC 8410). */
const RAW_KEY_BYTES = 32;

export interface KeygenFlags {
  readonly out: string;
  readonly id: string;
  readonly json?: boolean;
}

/** `policy keygen`: the private key is written once, for its owner only, and never over another file. */
export async function policyKeygen(context: CliContext, { out, id, json }: KeygenFlags): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-RAW_KEY_BYTES).toString('base64');
  await create(out, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  await create(`${out}.pub`, `${raw}\n`);
  if (json) return context.output.json({ id, privateKeyFile: out, publicKeyFile: `${out}.pub`, publicKey: raw });
  context.output.line(`Private key: ${out} (keep it away from the gateway)`);
  context.output.line(`Public key:  ${raw}`);
  context.output.line('To trust it:');
  context.output.line(`  chela config set security.defender.bundle.trustedKeys.${id} ${raw}`);
}

async function create(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { mode: PRIVATE_FILE, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new CliFailure([`${path} exists already; nothing was written over it.`]);
  }
}

export interface SignFlags {
  readonly key: string;
  readonly keyId: string;
  readonly id: string;
  readonly policyVersion: string;
  readonly days: string;
  readonly out?: string;
}

/** `policy sign`: Ed25519 over the canonical form of the bundle (reference defender/defender.md §B.6). */
export async function policySign(context: CliContext, file: string, flags: SignFlags): Promise<void> {
  const { DefenderSettingsError, readDefenderSettings, signBundle } = await import('@chela/defender');
  const policy = await readJsonFile(file);
  try {
    await readDefenderSettings(policy, {});
  } catch (error) {
    if (!(error instanceof DefenderSettingsError)) throw error;
    throw new CliFailure([`${file} is no usable policy: ${error.message}`]);
  }
  const version = wholeFlag('--policy-version', flags.policyVersion);
  const notBefore = context.now();
  const notAfter = notBefore + wholeFlag('--days', flags.days) * DAY_MS;
  const bundle = { id: flags.id, version, notBefore, notAfter, keyId: flags.keyId, policy };
  const signed = await signBundle(bundle, await readFile(flags.key, 'utf8'));
  if (flags.out === undefined) return context.output.json(signed);
  await writeFile(flags.out, `${JSON.stringify(signed, null, 2)}\n`);
  context.output.line(`Signed as ${flags.id} version ${version}: ${flags.out}`);
}

function wholeFlag(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new CliFailure([`${name} must be a whole number from 1 on.`]);
}
