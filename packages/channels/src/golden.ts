import { convertTables } from './format/convert-tables.ts';
import { loadMarkdown, type Markdown } from './format/markdown.ts';
import type { TableMode } from './format/read-table.ts';
import { signalMessage, signalMessages } from './format/signal.ts';
import { slackMessages } from './format/slack.ts';
import { telegramMessage, telegramMessages } from './format/telegram.ts';
import { whatsappText } from './format/whatsapp.ts';

interface FormatCase {
  readonly source: string;
  readonly tables: TableMode;
  /** Absent: the whole as one message. */
  readonly limit: number | undefined;
}

/** Slack's limit where a case names none (rule of the table `format-slack`). */
const SLACK_LIMIT = 4000;

/** Runs a case of a golden table of reference agent/golden: the case's `in` to our `out`. */
export const goldenRunners: Readonly<Record<string, (input: unknown) => Promise<unknown>>> = {
  'format-telegram': withMarkdown((markdown, { source, tables, limit }) =>
    limit === undefined
      ? telegramMessage(markdown, source, tables).html
      : telegramMessages(markdown, source, { tables, limit }),
  ),
  'format-slack': withMarkdown((markdown, { source, tables, limit = SLACK_LIMIT }) =>
    slackMessages(markdown, source, { tables, limit }),
  ),
  'format-signal': withMarkdown((markdown, { source, tables, limit }) =>
    limit === undefined ? signalMessage(markdown, source, tables) : signalMessages(markdown, source, { tables, limit }),
  ),
  'format-whatsapp': withMarkdown((markdown, { source, tables }) => whatsappText(markdown, source, tables)),
  'markdown-tables': withMarkdown((markdown, { source, tables }) => convertTables(markdown, source, tables)),
};

function withMarkdown(run: (markdown: Markdown, input: FormatCase) => unknown): (input: unknown) => Promise<unknown> {
  return async (input) => run(await loadMarkdown(), readCase(input));
}

function readCase(input: unknown): FormatCase {
  const fields: Readonly<Record<string, unknown>> = typeof input === 'object' && input !== null ? { ...input } : {};
  const mode = fields.tableMode ?? fields.mode;
  const limit = fields.chunkLimit ?? fields.limit;
  return {
    source: typeof fields.markdown === 'string' ? fields.markdown : '',
    tables: mode === 'bullets' || mode === 'code' ? mode : 'off',
    limit: typeof limit === 'number' ? limit : undefined,
  };
}
