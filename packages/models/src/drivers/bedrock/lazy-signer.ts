import type { KeyDeps } from './aws-keys.ts';

/** Signs requests that only read, with the machine's AWS keys; undefined without any. Loads the signer when it is first needed. */
export function createBedrockSigner(
  deps: KeyDeps,
): (url: string, region: string) => Promise<Readonly<Record<string, string>> | undefined> {
  return async (url, region) => {
    const [{ createAwsKeys }, { signedHeaders }] = await Promise.all([
      import('./aws-keys.ts'),
      import('./signed-headers.ts'),
    ]);
    const keys = await createAwsKeys(deps).find();
    return keys === undefined ? undefined : signedHeaders({ method: 'GET', url, headers: {} }, keys, region);
  };
}
