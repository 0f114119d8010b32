import type { MessageEntity } from 'grammy/types';

/** A text or caption with its marks. */
export interface MarkedText {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
}

export function markedText(message: {
  text?: string | undefined;
  caption?: string | undefined;
  entities?: MessageEntity[] | undefined;
  caption_entities?: MessageEntity[] | undefined;
}): MarkedText {
  return {
    text: message.text ?? message.caption ?? '',
    entities: message.entities ?? message.caption_entities ?? [],
  };
}

/** The text with hidden links written out as `[text](url)`: nothing that a person could click is lost for the model. */
export function withLinks({ text, entities }: MarkedText): string {
  // From the end, so that earlier offsets stay true.
  const links = entities.filter((entity) => entity.type === 'text_link').sort((a, b) => b.offset - a.offset);
  return links.reduce((written, { offset, length, url }) => {
    const end = offset + length;
    return `${written.slice(0, offset)}[${written.slice(offset, end)}](${url})${written.slice(end)}`;
  }, text);
}

export const pieceOf = ({ text }: MarkedText, { offset, length }: { offset: number; length: number }): string =>
  text.slice(offset, offset + length);

/** Whether the app took the beginning of a text for a command of the bot's menu; bots that speak for people do not mark theirs. */
export const isMarkedCommand = ({ entities }: MarkedText): boolean =>
  entities.some(({ type, offset }) => type === 'bot_command' && offset === 0);

/** A command at the start of a text: its name, and the bot it is meant for when the text says so. */
export interface LeadingCommand {
  readonly name: string;
  readonly bot?: string;
  /** The text without the bot's name. */
  readonly text: string;
}

export function leadingCommand({ text }: MarkedText): LeadingCommand | undefined {
  const match = /^\/([a-z0-9_-]+)(?:@([a-z0-9_]+))?(?=\s|$)/i.exec(text);
  if (!match?.[1]) return undefined;
  const rest = text.slice(match[0].length);
  return { name: match[1].toLowerCase(), ...(match[2] && { bot: match[2] }), text: `/${match[1]}${rest}` };
}
