import { digest } from '../text/digest.ts';

const SECRET_HEADERS: ReadonlySet<string> = new Set(['authorization', 'x-goog-api-key']);

/** Where vectors come from as one hash, without the key; the members and their order are those of the original (observed). */
export function providerKey(
  provider: string,
  baseUrl: string,
  model: string,
  headers: Readonly<Record<string, string>>,
): string {
  const shown = Object.entries({ 'Content-Type': 'application/json', ...headers })
    .filter(([name]) => !SECRET_HEADERS.has(name.toLowerCase()))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return digest(JSON.stringify({ provider, baseUrl, model, headers: shown }));
}
