import type { TransportResponse } from './transport.ts';

/** The whole body of a short answer. Rejects when it is longer than `maxChars`. */
export async function readBody({ body }: TransportResponse, maxChars: number): Promise<string> {
  let text = '';
  for await (const piece of body) {
    text += piece;
    if (text.length > maxChars) throw new Error('the answer is too long');
  }
  return text;
}
