import { filledString, objectOf, parseJson } from '../../json-shape.ts';

const CLAIM = 'https://api.openai.com/auth';

/** The account a ChatGPT access token belongs to; it has to be named in every request. */
export function codexAccountId(accessToken: string): string | undefined {
  const payload = accessToken.split('.')[1];
  if (payload === undefined) return undefined;
  const claims = objectOf(parseJson(Buffer.from(payload, 'base64url').toString('utf8')));
  return filledString(objectOf(claims[CLAIM]).chatgpt_account_id);
}
