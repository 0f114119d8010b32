import { AwsV4Signer } from 'aws4fetch';
import type { Environment } from '../../catalog/environment-keys.ts';
import { createWireDriver, MissingCredentialError, type WireCodec, type WireDeps } from '../wire.ts';
import { converseStream } from './converse-codec.ts';
import { findAwsKeys, regionOf } from './credentials.ts';

const NO_KEYS_TEXT =
  'No AWS credentials found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or AWS_BEARER_TOKEN_BEDROCK.';

function endpointOf(region: string): string {
  return `https://bedrock-runtime.${region}.amazonaws.com`;
}

/** Amazon Bedrock: a bearer token where there is one, else every request is signed with the machine's AWS keys (SigV4). */
export function createDriver(deps: WireDeps & { readonly env: Environment }): ReturnType<typeof createWireDriver> {
  const codec: WireCodec = {
    ...converseStream,
    encode(request, secret) {
      const { model } = request;
      const baseUrl = model.baseUrl === '' ? endpointOf(regionOf('', deps.env)) : model.baseUrl;
      return converseStream.encode({ ...request, model: { ...model, baseUrl } }, secret);
    },
    async sign({ url, headers, body }, secret) {
      if (secret !== undefined) return { ...headers, authorization: `Bearer ${secret}` };
      const keys = await findAwsKeys(deps.env);
      if (keys === undefined) throw new MissingCredentialError(NO_KEYS_TEXT);
      const { accessKeyId, secretAccessKey, sessionToken } = keys;
      const signer = new AwsV4Signer({
        url,
        method: 'POST',
        headers: { ...headers },
        body,
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
        service: 'bedrock',
        region: regionOf(url, deps.env),
      });
      const signed = await signer.sign();
      const { host: _host, ...signedHeaders } = Object.fromEntries(signed.headers.entries());
      return signedHeaders;
    },
  };
  return createWireDriver(codec, deps);
}
