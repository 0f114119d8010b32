import type { Attachment } from './attachments.ts';
import type { MediaKind } from './settings.ts';
import type { MediaUnderstanding, MessagePlace, Understood } from './understand.ts';
import type { LinkUnderstanding } from './understand-links.ts';
import { withUnderstood } from './understood-body.ts';

/** A message of a channel before its turn. */
export interface InboundMessage {
  readonly agentId: string;
  /** The person's own words; empty for a bare voice note. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly place: MessagePlace;
  /**
   * What to understand. Images are left to the turn by default: it knows whether the model that answers can see, and
   * describes them itself when it cannot.
   */
  readonly kinds?: readonly MediaKind[];
  readonly signal: AbortSignal;
}

export interface InboundWords {
  /** What the model is to read: the words with a section for each attachment that was understood, then the links'. */
  readonly body: string;
  /** What commands and mentions are looked for in: the person's words, else the transcript (reference agent/models.md §10). */
  readonly commandText: string;
  /** The words of the voice notes; undefined when there were none or nobody understood them. */
  readonly transcript: string | undefined;
  readonly understood: readonly Understood[];
}

/** Makes words of what came with a message. Never rejects and never takes longer than the settings' time-outs. */
export type UnderstandInbound = (message: InboundMessage) => Promise<InboundWords>;

const DEFAULT_KINDS: readonly MediaKind[] = ['audio', 'video'];

/**
 * Makes the step between a channel and the turn: voice notes are transcribed, videos described, links read, as
 * `tools.media` and `tools.links` say. What could not be understood leaves the message as it was.
 */
export function createInboundUnderstanding(deps: {
  readonly media: MediaUnderstanding;
  readonly links: LinkUnderstanding;
}): UnderstandInbound {
  return async ({ agentId, text, attachments, place, kinds = DEFAULT_KINDS, signal }) => {
    const [links, ...byKind] = await Promise.all([
      deps.links.understand({ text, place, signal }),
      ...kinds.map((kind) =>
        deps.media.understand({ agentId, kind, media: attachments.filter(isOf(kind)), place, signal }),
      ),
    ]);
    const understood = byKind.flat();
    const spoken = understood.filter(({ kind }) => kind === 'audio').map((one) => one.text);
    const transcript = spoken.length === 0 ? undefined : spoken.join('\n');
    return {
      body: [withUnderstood(text, understood), ...links].filter((part) => part.trim() !== '').join('\n\n'),
      commandText: text.trim() === '' ? (transcript ?? text) : text,
      transcript,
      understood,
    };
  };
}

function isOf(kind: MediaKind): (attachment: Attachment) => boolean {
  return (attachment) => (attachment.kind ?? attachment.mimeType.toLowerCase().split('/')[0]) === kind;
}
