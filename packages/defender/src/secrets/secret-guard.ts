import { redactText } from '@chela/observability';
import type { Guard } from '../finding.ts';

const POINTS = 30;
const NETWORK_COMMAND = /\b(?:curl|wget|nc|ncat|netcat|socat|ssh|mail|sendmail|telnet|http)\b/;
const AUTHORIZED = /(?:-H|--header|-u|--user)(?:[= ]+|(?=["']))(?:"[^"]*"|'[^']*'|\S+)/g;

/** Keys and tokens that would leave the house (reference defender/defender.md §B.5). */
export const secretGuard: Guard = ({ url, command, content, source }) => {
  const leaving = [
    url,
    source === 'outbound' ? content : undefined,
    // A key in a header is how one logs in; in the body or the address it is given away.
    command !== undefined && NETWORK_COMMAND.test(command) ? command.replaceAll(AUTHORIZED, '') : undefined,
  ];
  const found = leaving.some((text) => text !== undefined && redactText(text) !== text);
  if (!found) return [];
  return [{ tag: 'secret_exposure', points: POINTS, floor: 'review', reason: 'a key or token would leave the house' }];
};
