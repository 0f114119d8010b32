import { describe, expect, test } from 'vitest';
import { loadMarkdown } from './markdown.ts';
import { slackMessages } from './slack.ts';

const markdown = await loadMarkdown();
const mrkdwn = (source: string): readonly string[] => slackMessages(markdown, source, { tables: 'code', limit: 4000 });

describe('Slack mrkdwn', () => {
  test('an answer with all kinds of blocks looks as recorded (slack-003)', () => {
    const source =
      '# Head\n\n**bold** _it_ ~~no~~ `c<d>` [link](https://example.com/a?b=1&c=2) <@U222> <b>x</b> & y\n\n- a\n- b\n\n' +
      '> quote <z>\n\n```js\nconst a = 1 < 2;\n```\n\n| A | B |\n|---|---|\n| 1 | 2 |';
    expect(mrkdwn(source)).toEqual([
      '*Head*\n\n*bold* _it_ ~no~ `c&lt;d&gt;` <https://example.com/a?b=1&amp;c=2|link> <@U222> &lt;b&gt;x&lt;/b&gt; ' +
        '&amp; y\n\n• a\n• b\n\n> quote &lt;z&gt;\n\n```\nconst a = 1 &lt; 2;\n```\n```\n| A | B |\n| --- | --- |\n| 1 | 2 |\n```',
    ]);
  });

  test('a label cannot bring a mention into a link', () => {
    expect(mrkdwn('[<!channel>](https://x.y)')).toEqual(['<https://x.y|&lt;!channel&gt;>']);
  });

  test('signs of other marks stand outside of code, where they would be shown', () => {
    expect(mrkdwn('# `a`\n\n**`b`**')).toEqual(['*`a`*\n\n*`b`*']);
  });

  test('an address that is its own label is written once', () => {
    expect(mrkdwn('[https://x.y](https://x.y) [a@b.co](mailto:a@b.co)')).toEqual(['https://x.y a@b.co']);
  });

  test('bold text over the limit is bold in both messages', () => {
    expect(slackMessages(markdown, '**one two three**', { tables: 'code', limit: 8 })).toEqual([
      '*one two*',
      '*three*',
    ]);
  });
});
