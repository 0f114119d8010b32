import type { Environment } from '../catalog/environment-keys.ts';
import type { ModelCredential } from '../driver.ts';
import { classifyError } from '../failures/classify.ts';
import { sealed } from './credentials.ts';

const KEYS_MAX = 32;

/** The middle of a provider's variables. */
function prefixOf(provider: string): string {
  return provider === 'google' ? 'GEMINI' : provider.toUpperCase().replaceAll('-', '_');
}

/**
 * The keys of the environment among which direct calls (media, embeddings) may change when one is rate limited: one that is
 * meant to be the only one, else the list, the usual variable and its numbered siblings (reference agent/models.md §4.3).
 */
export function rotationKeys(provider: string, env: Environment): readonly ModelCredential[] {
  const prefix = prefixOf(provider);
  const only = keyOf(`OPENCLAW_LIVE_${prefix}_KEY`, env);
  if (only.length > 0) return only;
  const listName = provider === 'anthropic' ? 'OPENCLAW_LIVE_ANTHROPIC_KEYS' : `${prefix}_API_KEYS`;
  const list = (env[listName] ?? '').split(/[\s,;]+/).filter((key) => key !== '');
  const siblings = Object.keys(env)
    .filter((name) => name.startsWith(`${prefix}_API_KEY_`))
    .toSorted();
  return [
    ...list.map((key) => sealed(`env: ${listName}`, key)),
    ...[`${prefix}_API_KEY`, ...siblings].flatMap((name) => keyOf(name, env)),
  ].slice(0, KEYS_MAX);
}

function keyOf(name: string, env: Environment): readonly ModelCredential[] {
  const value = (env[name] ?? '').trim();
  return value === '' ? [] : [sealed(`env: ${name}`, value)];
}

/** The credential that was found, then the others, each key once. */
export function withRotation(
  primary: ModelCredential | undefined,
  others: readonly ModelCredential[],
): readonly ModelCredential[] {
  const seen = new Set<string>();
  return [...(primary === undefined ? [] : [primary]), ...others].filter((credential) => {
    const key = credential.reveal();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Makes a call with one credential after the other, as long as the vendor says that the last one asks too often. */
export async function callInRotation<Result>(
  credentials: readonly ModelCredential[],
  call: (credential: ModelCredential) => Promise<Result>,
): Promise<Result> {
  for (const [index, credential] of credentials.entries()) {
    try {
      return await call(credential);
    } catch (error) {
      if (index === credentials.length - 1 || classifyError(error) !== 'rate_limit') throw error;
    }
  }
  throw new Error('there is no credential to call with');
}
