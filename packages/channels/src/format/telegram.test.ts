import { describe, expect, test } from 'vitest';
import { loadMarkdown } from './markdown.ts';
import { telegramMessage, telegramMessages } from './telegram.ts';

const markdown = await loadMarkdown();
const html = (source: string): string => telegramMessage(markdown, source, 'code').html;

describe('Telegram HTML', () => {
  test('an answer with all kinds of blocks looks as recorded (tg-005)', () => {
    const source =
      '# Heading one\n\n## Heading two\n\n- item a\n- item b\n  - nested\n1. one\n2. two\n\n> quoted line\n\n' +
      '```js\nconst a = 1 < 2;\n```\n\n||secret|| and **bold _nested_** text\n\n---\n\n' +
      'See README.md and https://example.com/x_y_z and <b>raw</b> tag';
    expect(html(source)).toBe(
      'Heading one\n\nHeading two\n\n• item a\n• item b\n  • nested\n\n1. one\n2. two\n\n' +
        '<blockquote>quoted line\n\n</blockquote><pre><code>const a = 1 &lt; 2;\n</code></pre>\n' +
        '<tg-spoiler>secret</tg-spoiler> and <b>bold <i>nested</i></b> text\n\n───\n\n' +
        'See <code>README.md</code> and <a href="https://example.com/x_y_z">https://example.com/x_y_z</a> ' +
        'and &lt;b&gt;raw&lt;/b&gt; tag',
    );
  });

  test('a table is a code block of equal columns (tg-006)', () => {
    expect(html('| Name | Qty |\n|---|---|\n| Apple | 3 |\n| Pear | 12 |\n\nafter')).toBe(
      '<pre><code>| Name  | Qty |\n| ----- | --- |\n| Apple | 3   |\n| Pear  | 12  |\n</code></pre>\nafter',
    );
  });

  test('a code block over the limit is closed and opened again (tg-011)', () => {
    const lines = Array.from({ length: 14 }, (_, line) => `print("line number ${line}")`);
    const source = `Intro line.\n\n\`\`\`python\n${lines.join('\n')}\n\`\`\`\n\nOutro.`;
    expect(telegramMessages(markdown, source, { tables: 'code', limit: 200 }).map((message) => message.html)).toEqual([
      `Intro line.\n\n<pre><code>${lines.slice(0, 8).join('\n')}</code></pre>`,
      `<pre><code>${lines.slice(8).join('\n')}\n</code></pre>\nOutro.`,
    ]);
  });

  test('refused HTML has a twin without marks (tg-012)', () => {
    expect(telegramMessage(markdown, '**bold** reply', 'code').text).toBe('bold reply');
  });

  test.each([
    ['see docs/a/README.md.', 'see <code>docs/a/README.md</code>.'],
    ['fails in main.go:12:3', 'fails in <code>main.go:12:3</code>'],
    ['[README.md](https://x.y)', '<a href="https://x.y">README.md</a>'],
    ['`README.md`', '<code>README.md</code>'],
    ['README.mdx and .md', 'README.mdx and .md'],
    ['https://x.com/README.md', '<a href="https://x.com/README.md">https://x.com/README.md</a>'],
  ])('file names get no link preview: %s', (source, expected) => {
    expect(html(source)).toBe(expected);
  });

  test('a spoiler mark without a partner hides nothing', () => {
    expect(html('if (a || b) stop')).toBe('if (a || b) stop');
    expect(html('||one|| two || three')).toBe('<tg-spoiler>one</tg-spoiler> two || three');
  });

  test('marks that cross each other are balanced', () => {
    expect(html('**x ||a** b||')).toBe('<b>x <tg-spoiler>a</tg-spoiler></b><tg-spoiler> b</tg-spoiler>');
  });

  test('quotes in an address cannot leave the attribute', () => {
    expect(html('[a](<https://x.y/"onclick=1>)')).toBe('<a href="https://x.y/%22onclick=1">a</a>');
  });

  test('addresses that run code are no links', () => {
    expect(html('[x](javascript:alert(1))')).toBe('[x](javascript:alert(1))');
  });

  test('code in a list item stands on its own line', () => {
    expect(html('1. Run:\n   ```\n   npm i\n   ```\n2. Done')).toBe('1. Run:\n<pre><code>npm i\n</code></pre>2. Done');
  });
});
