import { ChannelError, type OutboundPart } from '@chela/channels/adapter';

/** The longest line of the protocol, its end included. */
const LINE_BYTES = 512;
const LINE_END_BYTES = 2;

/** The lines of a part, each short enough for one PRIVMSG. Pure. */
export function linesOf(part: OutboundPart, budgetBytes: number): readonly string[] {
  const lines = textOf(part)
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/\p{Cc}/gu, ' ').trimEnd())
    .filter((line) => line.trim() !== '');
  const joined = part.isNotice
    ? [
        textOf(part)
          .replace(/\r\n|\r|\n/g, ' ')
          .trim(),
      ]
    : lines;
  return joined.flatMap((line) => splitBytes(line, budgetBytes));
}

function textOf(part: OutboundPart): string {
  const reference = part.replyToId === undefined ? '' : `\n[reply:${part.replyToId}]`;
  if (part.kind === 'text') return `${part.text.text}${reference}`;
  throw new ChannelError('refused', `IRC cannot send a ${part.kind}`);
}

/** Bytes of text that fit into a PRIVMSG as the server passes it on, with our full name before it. */
export function lineBudget(ownMask: string, target: string): number {
  return LINE_BYTES - LINE_END_BYTES - Buffer.byteLength(`:${ownMask} PRIVMSG ${target} :`);
}

/** Cuts at the last blank that fits, else between two characters that people see as one each. */
function splitBytes(line: string, budgetBytes: number): readonly string[] {
  const pieces: string[] = [];
  let rest = line;
  while (Buffer.byteLength(rest) > budgetBytes) {
    const end = fittingLength(rest, budgetBytes);
    const blank = rest.lastIndexOf(' ', end);
    const cut = blank > end / 2 ? blank : end;
    pieces.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return rest === '' ? pieces : [...pieces, rest];
}

/** Length of the longest start whose bytes fit, not inside a visible character unless the first one is too long itself. */
function fittingLength(text: string, budgetBytes: number): number {
  let bytes = 0;
  let length = 0;
  for (const { segment } of new Intl.Segmenter().segment(text.slice(0, budgetBytes))) {
    bytes += Buffer.byteLength(segment);
    if (bytes > budgetBytes) break;
    length += segment.length;
  }
  return length > 0 ? length : Math.max(1, Math.floor(budgetBytes / 4));
}
