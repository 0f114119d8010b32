import { readFile } from 'node:fs/promises';
import type { PolicyBundle } from '@chela/defender';
import { type CliContext, CliFailure } from '../context.ts';
import { type LoadedConfig, loadConfig } from '../loaded-config.ts';
import { defenderSection, trustedKeys } from '../security/defender-section.ts';
import { diffPolicies, type PolicyChange } from '../security/diff-policies.ts';
import { openPolicies, type Policies } from '../security/open-policies.ts';
import { readJsonFile } from '../security/read-json-file.ts';
import { boxTable } from '../table.ts';

interface Flags {
  readonly json?: boolean;
}

const VERSION = /^\d+$/;

/** `policy verify`: the checks of `apply`, without applying. */
export async function policyVerify(
  context: CliContext,
  file: string,
  flags: Flags & { readonly publicKey?: string },
): Promise<void> {
  const { BundleRefusedError, bundleFingerprint, readPolicySettings, readSignedBundle, verifyBundle } = await import(
    '@chela/defender'
  );
  const loaded = await loadConfig(context);
  const document = await readJsonFile(file);
  try {
    const given = flags.publicKey === undefined ? undefined : (await readFile(flags.publicKey, 'utf8')).trim();
    const keyId = readSignedBundle(document).bundle.keyId;
    // A key named on the spot stands for whatever name the bundle gives it, and for a place that accepted nothing yet.
    const check =
      given === undefined
        ? { trustedKeys: trustedKeys(loaded.current), highestAccepted: (await policies(context, loaded)).highest }
        : { trustedKeys: { [keyId]: given }, highestAccepted: 0 };
    const { bundle } = await verifyBundle(document, { ...check, now: context.now() });
    await readPolicySettings(bundle, defenderSection(loaded.current), context.env);
    const fingerprint = await bundleFingerprint(bundle);
    if (flags.json) return context.output.json({ ok: true, id: bundle.id, version: bundle.version, fingerprint });
    context.output.line(`${bundle.id} version ${bundle.version} is genuine and would be accepted (${fingerprint}).`);
  } catch (error) {
    if (!(error instanceof BundleRefusedError)) throw error;
    if (flags.json) context.output.json({ ok: false, problem: error.problem, message: error.message });
    throw new CliFailure(flags.json ? [] : [`Not accepted (${error.problem}): ${error.message}`]);
  }
}

export async function policyApply(context: CliContext, file: string, flags: Flags): Promise<void> {
  const open = await openPolicies(context, await loadConfig(context));
  const applied = await open.apply(await readJsonFile(file));
  if (flags.json) return context.output.json({ ok: true, ...applied });
  context.output.line(`${applied.id} version ${applied.version} is in force.`);
}

export async function policyShow(context: CliContext, version: string | undefined, flags: Flags): Promise<void> {
  const kept = await policies(context, await loadConfig(context));
  if (version !== undefined) return context.output.json(keptBundle(kept, version));
  if (flags.json) return context.output.json(kept);
  if (kept.bundles.length === 0) return context.output.line('No policy was ever applied; the configuration decides.');
  const rows = kept.bundles.map(({ id, version: number, keyId, notAfter }) => [
    String(number),
    id,
    keyId,
    new Date(notAfter).toISOString().slice(0, 10),
    number === kept.active ? 'in force' : '',
  ]);
  const head = ['Version', 'Name', 'Key', 'Until', 'State'];
  for (const line of boxTable(head, rows, context.output.columns)) context.output.line(line);
  if (kept.active === null) context.output.line('None of them is in force; the configuration decides.');
}

export async function policyDiff(
  context: CliContext,
  to: string,
  from: string | undefined,
  flags: Flags,
): Promise<void> {
  const kept = await policies(context, await loadConfig(context));
  const inForce = kept.bundles.find(({ version }) => version === kept.active)?.policy ?? {};
  const changes = diffPolicies(from === undefined ? inForce : await policyOf(kept, from), await policyOf(kept, to));
  if (flags.json) return context.output.json({ changes });
  if (changes.length === 0) return context.output.line('They say the same.');
  for (const line of changes.flatMap(changeLines)) context.output.line(line);
}

function changeLines({ key, before, after }: PolicyChange): string[] {
  return [
    key,
    ...(before === undefined ? [] : [`  - ${JSON.stringify(before)}`]),
    ...(after === undefined ? [] : [`  + ${JSON.stringify(after)}`]),
  ];
}

export async function policyRollback(context: CliContext, version: string, flags: Flags): Promise<void> {
  if (version !== 'none' && !VERSION.test(version)) {
    throw new CliFailure([`${version} is no version; say a number, or none for the configuration alone.`]);
  }
  const wanted = version === 'none' ? null : Number(version);
  const open = await openPolicies(context, await loadConfig(context));
  await open.rollBack(wanted);
  if (flags.json) return context.output.json({ ok: true, active: wanted });
  context.output.line(wanted === null ? 'The configuration decides again.' : `Version ${wanted} is in force again.`);
}

async function policies(context: CliContext, loaded: LoadedConfig): Promise<Policies> {
  return (await openPolicies(context, loaded)).list();
}

function keptBundle(kept: Policies, version: string): PolicyBundle {
  const found = kept.bundles.find((bundle) => String(bundle.version) === version);
  if (found === undefined)
    throw new CliFailure([`Policy version ${version} is not kept here.`, 'See: chela policy show']);
  return found;
}

async function policyOf(kept: Policies, name: string): Promise<PolicyBundle['policy']> {
  if (VERSION.test(name)) return keptBundle(kept, name).policy;
  const { readSignedBundle } = await import('@chela/defender');
  return readSignedBundle(await readJsonFile(name)).bundle.policy;
}
