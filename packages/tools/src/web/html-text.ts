const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

function decodeEntities(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (whole, name: string) => {
    if (name[0] !== '#') return ENTITIES[name.toLowerCase()] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function stripTags(html: string): string {
  return html.replace(/<[^>]*>/g, '');
}

function tidy(text: string): string {
  return text
    .replaceAll('\r', '')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n[ \t]+/g, '\n')
    .replace(/[ \t]{2,}/g, ' ')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** The title of an HTML page. */
export function htmlTitle(html: string): string | undefined {
  const found = /<title[^>]*>([^<]*)<\/title>/i.exec(html);
  return tidy(decodeEntities(found?.[1] ?? '')) || undefined;
}

/** HTML as simple Markdown: headings, links, list items and paragraphs; scripts and styles left out. */
export function htmlToMarkdown(html: string): string {
  const text = html
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(script|style|noscript|template|svg)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<a\b[^>]*?href\s*=\s*["']([^"']+)["'][^>]*>([\s\S]*?)<\/a>/gi, (_whole, href: string, label: string) => {
      const words = tidy(stripTags(label));
      return words === '' ? '' : `[${words}](${href})`;
    })
    .replace(/<h([1-6])\b[^>]*>([\s\S]*?)<\/h\1>/gi, (_whole, level: string, heading: string) => {
      return `\n\n${'#'.repeat(Number(level))} ${tidy(stripTags(heading))}\n\n`;
    })
    .replace(/<li\b[^>]*>/gi, '\n- ')
    .replace(/<(br|hr)\b[^>]*>/gi, '\n')
    .replace(/<\/(p|div|section|article|header|footer|table|tr|ul|ol|pre|blockquote)\s*>/gi, '\n\n');
  return tidy(decodeEntities(stripTags(text)));
}

/** Markdown with its marks taken off. */
export function markdownToText(markdown: string): string {
  return tidy(
    markdown
      .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
      .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
      .replace(/^```[^\n]*$/gm, '')
      .replace(/`([^`]+)`/g, '$1')
      .replace(/^#{1,6}\s+/gm, '')
      .replace(/^\s*[-*+]\s+/gm, ''),
  );
}
