import { chunkMarkdown, chunkMarkdownParagraphs, chunkText } from '@chela/agent';
import type { Dialect } from '../contract/facts.ts';
import type { RenderedText } from '../contract/outbound.ts';
import { convertTables } from '../format/convert-tables.ts';
import type { Markdown } from '../format/markdown.ts';
import { matrixHtml } from '../format/matrix.ts';
import { plainText } from '../format/plain.ts';
import type { TableMode } from '../format/read-table.ts';
import { signalMessages } from '../format/signal.ts';
import { slackMessages } from '../format/slack.ts';
import { telegramMessages } from '../format/telegram.ts';
import { whatsappText } from '../format/whatsapp.ts';

export interface RenderRules {
  readonly dialect: Dialect;
  readonly tables: TableMode;
  /** Characters of a message. */
  readonly limit: number;
  /** `newline`: each paragraph is a message of its own (reference channels/framework.md §13). */
  readonly chunkMode: 'length' | 'newline';
}

/** Markdown as messages of a channel, in order; nothing to read gives none. Pure. */
export function renderMessages(markdown: Markdown, source: string, rules: RenderRules): readonly RenderedText[] {
  if (source.trim() === '') return [];
  if (rules.chunkMode === 'length') return renderWhole(markdown, source, rules);
  return chunkMarkdownParagraphs(source, rules.limit).flatMap((paragraph) => renderWhole(markdown, paragraph, rules));
}

function renderWhole(markdown: Markdown, source: string, rules: RenderRules): readonly RenderedText[] {
  const { tables, limit } = rules;
  switch (rules.dialect) {
    case 'telegram-html':
      return telegramMessages(markdown, source, { tables, limit }).map(({ html, text }) => ({
        text: html,
        plain: text,
      }));
    case 'slack-mrkdwn':
      return slackMessages(markdown, source, { tables, limit }).map(same);
    case 'signal-styles':
      return signalMessages(markdown, source, { tables, limit }).map(({ text, styles }) => ({
        text,
        plain: text,
        styles,
      }));
    case 'whatsapp':
      return chunkText(whatsappText(markdown, source, tables), limit).map(same);
    case 'matrix-html':
      return chunkMarkdown(convertTables(markdown, source, tables), limit).map((piece) => ({
        text: matrixHtml(markdown, piece, 'off'),
        plain: piece,
      }));
    case 'irc':
      return chunkText(ircText(markdown, source, tables), limit).map(same);
    case 'markdown':
      return chunkMarkdown(convertTables(markdown, source, tables), limit).map(same);
    case 'plain':
      return chunkText(plainText(markdown, source, tables), limit).map(same);
  }
}

/** One line goes as it is written; several would lose what their breaks mean, so they lose their marks. */
function ircText(markdown: Markdown, source: string, tables: TableMode): string {
  return source.includes('\n') ? plainText(markdown, source, tables) : source;
}

function same(text: string): RenderedText {
  return { text, plain: text };
}
