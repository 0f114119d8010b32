import type { Environment } from '../../catalog/environment-keys.ts';
import { createWireDriver, MissingCredentialError, type WireCodec, type WireDeps } from '../wire.ts';
import { createAwsKeys } from './aws-keys.ts';
import { converseStream } from './converse-codec.ts';
import { regionOf } from './credentials.ts';
import { signedHeaders } from './signed-headers.ts';

const NO_KEYS_TEXT =
  'No AWS credentials found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE (keys, or `aws sso login`), or AWS_BEARER_TOKEN_BEDROCK.';

function endpointOf(region: string): string {
  return `https://bedrock-runtime.${region}.amazonaws.com`;
}

/** Amazon Bedrock: a bearer token where there is one, else every request is signed with the machine's AWS keys (SigV4). */
export function createDriver(deps: WireDeps & { readonly env: Environment }): ReturnType<typeof createWireDriver> {
  const keys = createAwsKeys(deps);
  const codec: WireCodec = {
    ...converseStream,
    encode(request, secret) {
      const { model } = request;
      const baseUrl = model.baseUrl === '' ? endpointOf(regionOf('', deps.env)) : model.baseUrl;
      return converseStream.encode({ ...request, model: { ...model, baseUrl } }, secret);
    },
    async sign({ url, headers, body }, secret) {
      if (secret !== undefined) return { ...headers, authorization: `Bearer ${secret}` };
      const found = await keys.find();
      if (found === undefined) throw new MissingCredentialError(NO_KEYS_TEXT);
      return signedHeaders({ method: 'POST', url, headers, body }, found, regionOf(url, deps.env));
    },
  };
  return createWireDriver(codec, deps);
}
