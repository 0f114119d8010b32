import { AwsV4Signer } from 'aws4fetch';
import type { AwsKeys } from './credentials.ts';

export interface UnsignedRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The headers of a request with its signature for Bedrock (SigV4). */
export async function signedHeaders(
  { method, url, headers, body }: UnsignedRequest,
  { accessKeyId, secretAccessKey, sessionToken }: AwsKeys,
  region: string,
): Promise<Readonly<Record<string, string>>> {
  const signer = new AwsV4Signer({
    url,
    method,
    headers: { ...headers },
    ...(body === undefined ? {} : { body }),
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: 'bedrock',
    region,
  });
  const signed = await signer.sign();
  const { host: _host, ...rest } = Object.fromEntries(signed.headers.entries());
  return rest;
}
