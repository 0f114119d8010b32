import { describe, expect, test } from 'vitest';
import { convertTables } from './convert-tables.ts';
import { loadMarkdown } from './markdown.ts';
import { matrixHtml } from './matrix.ts';
import { plainText } from './plain.ts';
import { whatsappText } from './whatsapp.ts';

const markdown = await loadMarkdown();

const ANSWER =
  '# Title\n\nSome **bold** and _italic_ with `code` and a [link](https://example.com/x).\n\n- one\n- two\n\n' +
  '```js\nconst a = 1;\n```\n\n| Name | Value |\n|---|---|\n| A | 1 |\n| B | 2 |\n\nEnd.';

describe('tables', () => {
  test('a text with a table is written anew as recorded (nextcloud-talk/markdown-table)', () => {
    expect(convertTables(markdown, ANSWER, 'code')).toBe(
      'Title\n\nSome **bold** and _italic_ with `code` and a [link](https://example.com/x).\n\n• one\n• two\n\n' +
        '```\nconst a = 1;\n```\n```\n| Name | Value |\n| ---- | ----- |\n| A    | 1     |\n| B    | 2     |\n```\nEnd.',
    );
  });

  test('a text without a table, or in mode off, comes back as it was', () => {
    const source = '# a | b\n\n- c\n';
    expect(convertTables(markdown, source, 'code')).toBe(source);
    expect(convertTables(markdown, ANSWER, 'off')).toBe(ANSWER);
  });

  test('code in the first column keeps its signs innermost', () => {
    expect(convertTables(markdown, '| A | B |\n|---|---|\n| `c` | y |', 'bullets')).toBe('**`c`**\n• B: y');
  });

  test('cells without a header have a name, an empty row is a blank line', () => {
    expect(convertTables(markdown, '| A | |\n|---|---|\n| | |\n| 1 | 2 |', 'bullets')).toBe('\n**1**\n• Column 1: 2');
  });

  test('code with backticks is still one piece of code', () => {
    expect(convertTables(markdown, '| A |\n|---|\n| 1 |\n\n``a`b``\n\n~~~\n```\n~~~', 'bullets')).toBe(
      '• A: 1\n\n`` a`b ``\n\n````\n```\n````',
    );
  });

  test('Matrix gets HTML of the converted text as recorded (matrix/markdown)', () => {
    expect(matrixHtml(markdown, ANSWER, 'code')).toBe(
      '<p>Title</p>\n<p>Some <strong>bold</strong> and <em>italic</em> with <code>code</code> and a ' +
        '<a href="https://example.com/x">link</a>.</p>\n<p>• one<br>\n• two</p>\n<pre><code>const a = 1;\n</code></pre>\n' +
        '<pre><code>| Name | Value |\n| ---- | ----- |\n| A    | 1     |\n| B    | 2     |\n</code></pre>\n<p>End.</p>',
    );
  });

  test('plain text has no marks and keeps the addresses', () => {
    expect(plainText(markdown, ANSWER, 'bullets')).toBe(
      'Title\n\nSome bold and italic with code and a link (https://example.com/x).\n\n• one\n• two\n\n' +
        'const a = 1;\n\nA\n• Value: 1\n\nB\n• Value: 2\n\nEnd.',
    );
  });

  test('WhatsApp signs do not reach into code', () => {
    expect(whatsappText(markdown, '**a** `**b**` ~~c~~\n```\n__d__\n```\n__e__', 'bullets')).toBe(
      '*a* `**b**` ~c~\n```\n__d__\n```\n*e*',
    );
  });
});
