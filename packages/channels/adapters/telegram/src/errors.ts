/** What the Bot API says, as the kernel understands it, in sentences that help (reference channels/telegram.md §4). */
import { ChannelError, type ChannelErrorClass } from '@chela/channels/adapter';
import { RequestFailure } from './api/transport.ts';
import { isRecord, numberIn, recordIn, stringIn } from './json.ts';

/** An answer `ok: false` of the Bot API. */
export interface ApiRefusal {
  readonly code: number;
  readonly description: string;
  readonly retryAfterSeconds: number | undefined;
  readonly migratedTo: number | undefined;
}

const PARSE_ERROR = /can't parse entities|parse entities|find end of the entity/i;
const THREAD_GONE = /message thread not found/i;
const MS_PER_SECOND = 1000;

/** The vendor's refusal in an error of the client library; undefined when there was no answer. */
export function refusalIn(error: unknown): ApiRefusal | undefined {
  const code = numberIn(error, 'error_code');
  if (code === undefined) return undefined;
  const parameters = recordIn(error, 'parameters');
  return {
    code,
    description: stringIn(error, 'description') ?? '',
    retryAfterSeconds: numberIn(parameters, 'retry_after'),
    migratedTo: numberIn(parameters, 'migrate_to_chat_id'),
  };
}

/** The error of a call as a ChannelError. `to`: the chat, for the sentence about a chat that is not there. */
export function toChannelError(error: unknown, to?: string): ChannelError {
  if (error instanceof ChannelError) return error;
  const refusal = refusalIn(error);
  if (refusal) return refused(refusal, error, to);
  const failure = failureIn(error);
  const isUnsent = failure?.hasLeft === false;
  const detail = failure?.message ?? 'no answer in time';
  return new ChannelError(isUnsent ? 'unreachable' : 'ambiguous', `Telegram: ${detail}`, { cause: failure });
}

function refused(refusal: ApiRefusal, cause: unknown, to: string | undefined): ChannelError {
  const { code, description, retryAfterSeconds } = refusal;
  const errorClass = classOf(refusal);
  const message = to !== undefined && /chat not found/i.test(description) ? chatNotFound(to) : said(refusal, cause);
  return new ChannelError(errorClass, message, {
    cause: new Error(`${code} ${description}`, cause instanceof Error ? { cause: cause.name } : {}),
    ...(retryAfterSeconds !== undefined && { retryAfterMs: retryAfterSeconds * MS_PER_SECOND }),
  });
}

/** The library's own sentence, which names the method; models and programs know it (recorded). */
const said = ({ code, description }: ApiRefusal, cause: unknown): string =>
  cause instanceof Error && cause.message !== '' ? cause.message : `Telegram: ${code} ${description}`;

function classOf({ code, description }: ApiRefusal): ChannelErrorClass {
  // A token that is none at all is answered with 404, a revoked one with 401.
  if (code === 401 || (code === 404 && description === 'Not Found')) return 'unauthorized';
  if (code === 429) return 'busy';
  // The vendor's own trouble: the request was answered, and nothing was made visible.
  if (code >= 500) return 'busy';
  if (PARSE_ERROR.test(description)) return 'format';
  return 'refused';
}

/** Read by programs: letter by letter (reference golden tg-065, tg-084). */
const chatNotFound = (to: string): string =>
  `Telegram send failed: chat not found (chat_id=${to}). Likely: bot not started in DM, bot removed from ` +
  `group/channel, group migrated (new -100… id), or wrong bot token. Input was: "telegram:${to}".`;

/** The transport's failure inside the library's wrapping. */
function failureIn(error: unknown): RequestFailure | undefined {
  if (error instanceof RequestFailure) return error;
  return isRecord(error) || error instanceof Error ? inner(error) : undefined;
}

function inner(error: object): RequestFailure | undefined {
  if ('error' in error && error.error instanceof RequestFailure) return error.error;
  return 'cause' in error && error.cause instanceof RequestFailure ? error.cause : undefined;
}

export const isThreadGone = (error: unknown): boolean => THREAD_GONE.test(refusalIn(error)?.description ?? '');
export const isNotModified = (error: unknown): boolean =>
  /message is not modified/i.test(refusalIn(error)?.description ?? '');
export const isReplyGone = (error: unknown): boolean =>
  /message to be replied not found|replied message not found|QUOTE_TEXT_INVALID/i.test(
    refusalIn(error)?.description ?? '',
  );
export const isAlreadyGone = (error: unknown): boolean =>
  /message to delete not found/i.test(refusalIn(error)?.description ?? '');
