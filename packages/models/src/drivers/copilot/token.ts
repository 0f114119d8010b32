import type { ModelFailure } from '../../driver.ts';
import { reasonOfAnswer } from '../../failures/classify.ts';
import { filledString, finiteNumber, objectOf, parseJson } from '../../json-shape.ts';
import type { WireDeps } from '../wire.ts';
import { answerWords, connectionWords, withoutSecret } from '../wire-words.ts';

export interface CopilotAccess {
  readonly token: string;
  readonly baseUrl: string;
}

/** Short-lived Copilot tokens, one a GitHub token, bought when needed and kept until shortly before their end. */
export interface CopilotTokens {
  obtain(githubToken: string, signal: AbortSignal): Promise<CopilotAccess | { readonly failure: ModelFailure }>;
  forget(githubToken: string): void;
}

const TOKEN_URL = 'https://api.github.com/copilot_internal/v2/token';
const DEFAULT_BASE_URL = 'https://api.individual.githubcopilot.com';
const EARLY_MS = 5 * 60_000;
const TOKENS_LIMIT = 32;
const BODY_LIMIT_CHARS = 64 * 1024;

export function createCopilotTokens({ transport, clock }: Pick<WireDeps, 'transport' | 'clock'>): CopilotTokens {
  const kept = new Map<string, CopilotAccess & { readonly until: number }>();
  return {
    async obtain(githubToken, signal) {
      const known = kept.get(githubToken);
      if (known !== undefined && known.until > clock.now()) return known;
      try {
        const response = await transport({
          url: TOKEN_URL,
          method: 'GET',
          headers: { accept: 'application/json', authorization: `Bearer ${githubToken}` },
          signal,
        });
        let text = '';
        for await (const piece of response.body) text = (text + piece).slice(0, BODY_LIMIT_CHARS);
        if (response.status !== 200) {
          const message = withoutSecret(answerWords(response.status, text), githubToken);
          return failed(`Copilot token exchange failed: ${message}`, reasonOfAnswer(response.status, message));
        }
        const body = objectOf(parseJson(text));
        const token = filledString(body.token);
        if (token === undefined) return failed('Copilot token exchange failed: the answer holds no token', 'auth');
        const expiresMs = (finiteNumber(body.expires_at) ?? 0) * 1000;
        const access = { token, baseUrl: baseUrlOf(token), until: expiresMs - EARLY_MS };
        if (kept.size >= TOKENS_LIMIT) kept.clear();
        kept.set(githubToken, access);
        return access;
      } catch (error) {
        if (signal.aborted) return failed('Request was aborted', 'aborted');
        return failed(connectionWords(error), 'timeout');
      }
    },
    forget: (githubToken) => void kept.delete(githubToken),
  };
}

/** The token names the proxy of its account, `proxy-ep=proxy.business.githubcopilot.com`; the API stands beside it. */
function baseUrlOf(token: string): string {
  const proxy = /(?:^|;)\s*proxy-ep=([^;\s]+)/i.exec(token)?.[1];
  const host = proxy?.replace(/^https?:\/\//, '').replace(/^proxy\./i, 'api.');
  return host === undefined ? DEFAULT_BASE_URL : `https://${host}`;
}

function failed(message: string, reason: ModelFailure['reason']): { readonly failure: ModelFailure } {
  return { failure: { message, reason, partial: false } };
}
