import { ChannelError } from '@chela/channels/adapter';

/** What the server says when it will not have us, before the login is through (reference channels/irc.md). */
export const LOGIN_REFUSALS: Readonly<Record<string, (words: string) => ChannelError>> = {
  '432': (words) => new ChannelError('refused', `IRC: the server does not allow this nick (${words}); choose another`),
  '464': (words) => new ChannelError('unauthorized', `IRC: the server refused the password (${words})`),
  '465': (words) => new ChannelError('refused', `IRC: this server has banned us (${words})`),
};

/** Its last words before it hangs up. Some servers, ngircd among them, say only here that the password is wrong. */
export function closingError(words: string): ChannelError {
  return /\bpassword\b/i.test(words)
    ? new ChannelError('unauthorized', `IRC: the server refused the password (${words})`)
    : unreachable(`the server hung up before the login was through (${words})`);
}

/** What the server says when it does not pass a message on. The second parameter is the target. */
export const SEND_REFUSALS: Readonly<Record<string, string>> = {
  '401': 'nobody has this nick now',
  '403': 'there is no such channel',
  '404': 'the channel does not let us speak (not joined, moderated or banned)',
  '407': 'the target is ambiguous',
  '412': 'the text was empty',
  '413': 'the target is not allowed',
  '477': 'the channel is for registered nicks only',
  '489': 'the channel does not let us speak',
  '531': 'the receiver does not take messages from us',
};

export const unreachable = (why: string, cause?: unknown): ChannelError =>
  new ChannelError('unreachable', `IRC: ${why}`, cause === undefined ? {} : { cause });

/** Lines left before the connection went: they may have arrived. */
export const ambiguous = (): ChannelError =>
  new ChannelError('ambiguous', 'IRC: the connection was lost before the server confirmed the message');

export const refusedSend = (target: string, why: string): ChannelError =>
  new ChannelError('refused', `IRC send failed: ${why} (target=${target})`);
