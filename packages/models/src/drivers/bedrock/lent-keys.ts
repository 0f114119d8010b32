import { filledString, finiteNumber, objectOf, parseJson } from '../../json-shape.ts';
import { readBody } from '../read-body.ts';
import type { TransportRequest } from '../transport.ts';
import { answerWords } from '../wire-words.ts';
import type { KeyDeps, LentKeys } from './aws-keys.ts';

const BODY_LIMIT_CHARS = 64 * 1024;

/** The text of a good answer; undefined when nobody is there or there is no such thing. Rejects when it is refused. */
export async function askKeeper(
  { transport, clock }: KeyDeps,
  request: Omit<TransportRequest, 'signal'>,
  timeoutMs: number,
): Promise<string | undefined> {
  const abort = new AbortController();
  const cancel = clock.after(timeoutMs, () => abort.abort());
  try {
    const response = await transport({ ...request, signal: abort.signal }).catch(() => undefined);
    if (response === undefined) return undefined;
    const text = await readBody(response, BODY_LIMIT_CHARS);
    if (response.status === 200) return text;
    if (response.status === 404) return undefined;
    throw new Error(`AWS refuses to lend keys: ${answerWords(response.status, text)}`);
  } finally {
    cancel();
  }
}

/** Reads keys in any spelling their keepers use; undefined when it is something else. */
export function readLentKeys(text: string): LentKeys | undefined {
  const body = objectOf(parseJson(text));
  const from = { ...body, ...objectOf(body.roleCredentials) };
  const accessKeyId = filledString(from.AccessKeyId) ?? filledString(from.accessKeyId);
  const secretAccessKey = filledString(from.SecretAccessKey) ?? filledString(from.secretAccessKey);
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const expires = finiteNumber(from.expiration) ?? Date.parse(filledString(from.Expiration) ?? '');
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: filledString(from.Token) ?? filledString(from.sessionToken),
    expires: Number.isFinite(expires) ? expires : 0,
  };
}
