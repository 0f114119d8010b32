import { DefenderSettingsError, readDefenderSettings } from '../settings/read-settings.ts';
import type { DefenderSettings } from '../settings/settings.ts';
import { BundleRefusedError, type PolicyBundle } from './bundle.ts';

/**
 * The settings that hold where a bundle is in force: its policy over the `security.defender` section, then the
 * environment. Throws BundleRefusedError for a policy that cannot be used.
 */
export async function readPolicySettings(
  { policy }: PolicyBundle,
  section: unknown,
  env: Readonly<Record<string, string | undefined>>,
): Promise<DefenderSettings> {
  const given = typeof section === 'object' && section !== null ? section : {};
  try {
    return await readDefenderSettings({ ...given, ...policy }, env);
  } catch (error) {
    if (!(error instanceof DefenderSettingsError)) throw error;
    throw new BundleRefusedError('malformed', `the policy cannot be used: ${error.message}`);
  }
}
