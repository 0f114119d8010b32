import type { MarkdownIt, Token } from 'markdown-it';

/** A part of a parsed text, in reading order: blocks open and close, `inline` ones carry their parts in `children`. */
export type MarkdownToken = Token;

export interface MarkdownRules {
  /** `all`: addresses in running text and in angle brackets are links; `written`: only `[label](address)` is one. */
  readonly links: 'all' | 'written';
  /** Off: the bars of a table stay text. */
  readonly tables: boolean;
}

/** Reads CommonMark with tables and strikethrough. Raw HTML is text. Never throws, whatever it is given. */
export interface Markdown {
  readonly parse: (markdown: string, rules: MarkdownRules) => readonly MarkdownToken[];
  /** HTML of the whole text, with every line break kept. */
  readonly toHtml: (markdown: string) => string;
}

/** Loads the parser when the first message is to be formatted; a gateway without channels never does. */
export async function loadMarkdown(): Promise<Markdown> {
  const { default: create } = await import('markdown-it');
  const linking = (breaks: boolean): MarkdownIt => {
    const parser = create({ linkify: true, breaks });
    parser.linkify.set({ fuzzyLink: true });
    return parser;
  };
  const html = linking(true);
  const withTables = { all: linking(false), written: create().disable('autolink') };
  const withoutTables = {
    all: linking(false).disable('table'),
    written: create().disable(['autolink', 'table']),
  };
  return {
    parse: (markdown, { links, tables }) => (tables ? withTables : withoutTables)[links].parse(markdown, {}),
    toHtml: (markdown) => html.render(markdown).trimEnd(),
  };
}
