import type { MarkdownToken } from './markdown.ts';
import type { SpoilerMarks } from './spoiler-marks.ts';
import type { Style } from './styled-text.ts';
import type { StyledTextBuilder } from './styled-text-builder.ts';

const STYLE_OF: Readonly<Record<string, Style>> = { strong: 'bold', em: 'italic', s: 'strikethrough' };

/** Writes the parts of a paragraph, a heading or a cell. Images leave their description. */
export function writeInline(
  out: StyledTextBuilder,
  tokens: readonly MarkdownToken[] | null,
  spoilers?: SpoilerMarks,
): void {
  const opened: { readonly start: number; readonly link?: MarkdownToken }[] = [];
  for (const token of tokens ?? []) {
    switch (token.type) {
      case 'text':
        if (spoilers === undefined) out.write(token.content);
        else spoilers.write(out, token.content);
        break;
      case 'code_inline': {
        const start = out.length();
        out.write(token.content);
        out.style(start, 'code');
        break;
      }
      case 'softbreak':
      case 'hardbreak':
        out.write('\n');
        break;
      case 'image':
        out.write(token.content);
        break;
      case 'link_open':
        opened.push({ start: out.length(), link: token });
        break;
      default:
        if (token.nesting > 0) opened.push({ start: out.length() });
        else if (token.nesting < 0) closeMark(out, token, opened.pop());
    }
  }
}

function closeMark(
  out: StyledTextBuilder,
  token: MarkdownToken,
  opened: { readonly start: number; readonly link?: MarkdownToken } | undefined,
): void {
  if (opened === undefined) return;
  const { start, link } = opened;
  if (link !== undefined) {
    out.link(start, String(link.attrGet('href') ?? ''), link.info === 'auto');
    return;
  }
  const style = STYLE_OF[token.tag];
  if (style !== undefined) out.style(start, style);
}
