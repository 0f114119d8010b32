import { splitMediaLines } from './media-lines.ts';
import { isSilentReply } from './silent-reply.ts';

/** Directives that a model writes into its answer (reference agent/sessions.md §17.1, §17.2). Pure. */

const REPLY_TAG = /\[\[\s*(?:reply_to_current|reply_to\s*:\s*([^\]\n]+?))\s*\]\]/gi;
const VOICE_TAG = /\[\[\s*audio_as_voice\s*\]\]/gi;

export interface ParsedReply {
  /** What a person reads. */
  readonly text: string;
  readonly mediaUrls?: readonly string[];
  readonly mediaUrl?: string;
  readonly replyToId?: string;
  readonly replyToCurrent: boolean;
  readonly replyToTag: boolean;
  readonly audioAsVoice?: true;
  readonly isSilent: boolean;
}

/** Takes all directives out of an answer. `currentMessageId` is what `[[reply_to_current]]` points at. */
export function parseReplyDirectives(raw: string, currentMessageId?: string): ParsedReply {
  const split = splitMediaLines(raw);
  const hasVoice = new RegExp(VOICE_TAG).test(split.text);
  const spoken = hasVoice ? tidy(split.text.replace(VOICE_TAG, ' ')).replace(/\n{2,}/g, '\n') : split.text;
  // A bare file name counts when it stands alone, which it may only do once the voice tag is gone.
  const media = hasVoice && split.mediaUrls.length === 0 ? splitMediaLines(spoken) : { ...split, text: spoken };
  const tags = readReplyTags(media.text, currentMessageId);
  const isSilent = isSilentReply(tags.text);
  const first = media.mediaUrls[0];
  return {
    text: isSilent ? '' : tags.text,
    ...(first === undefined ? {} : { mediaUrls: media.mediaUrls, mediaUrl: first }),
    ...(tags.replyToId === undefined ? {} : { replyToId: tags.replyToId }),
    replyToCurrent: tags.current,
    replyToTag: tags.found,
    ...(hasVoice ? { audioAsVoice: true } : {}),
    isSilent,
  };
}

interface ReplyTags {
  readonly text: string;
  readonly found: boolean;
  readonly current: boolean;
  readonly replyToId: string | undefined;
}

/** The last explicit id wins over the current message; a blank one is no id. White space goes wherever a tag may be. */
function readReplyTags(text: string, currentMessageId: string | undefined): ReplyTags {
  const tags = [...text.matchAll(REPLY_TAG)];
  const explicit = tags.flatMap((tag) => tag[1]?.trim() || []).at(-1);
  const current = tags.some((tag) => tag[1] === undefined);
  const target = currentMessageId?.trim();
  const replyToId = explicit ?? (current && target !== '' ? target : undefined);
  const found = tags.length > 0;
  return { text: text.includes('[[') ? tidy(text.replace(REPLY_TAG, ' ')) : text, found, current, replyToId };
}

function tidy(text: string): string {
  return text
    .replace(/[ \t]+/g, ' ')
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .trim();
}
