import type { InboundMedia } from './inbound-context.ts';

/** How an answer can hold a picture; paths elsewhere are refused when it is sent (reference channels/framework.md §16). */
const SEND_BACK_HINT =
  'To send an image back, use the message tool (media/path/filePath). Inline works too, with a line such as MEDIA:https://example.com/image.jpg (spaces ok, quote if needed) or a relative path like MEDIA:./image.jpg; absolute paths (MEDIA:/...) and ~ are blocked. Write the caption in the text.';

/** The lines that name the files of a message (reference channels/framework.md §5.2; golden telegram/tg-036, tg-037). Pure. */
export function mediaNote(media: readonly InboundMedia[]): string {
  const [only] = media;
  if (only === undefined) return '';
  const lines =
    media.length === 1
      ? [`[media attached: ${described(only)}]`]
      : [
          `[media attached: ${media.length} files]`,
          ...media.map((file, index) => `[media attached ${index + 1}/${media.length}: ${described(file)}]`),
        ];
  return [...lines, SEND_BACK_HINT].join('\n');
}

function described({ path, mimeType }: InboundMedia): string {
  return `${path} (${mimeType}) | ${path}`;
}
