import { silentLogger } from '@chela/observability';
import { describe, expect, it } from 'vitest';
import { imagesOf, readAttachments } from './attachments.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const images = (...list: unknown[]) => imagesOf(readAttachments(list), silentLogger());

describe('attachments', () => {
  it.each([
    ['an image by its claim', { type: 'image', mimeType: 'image/png', content: PNG }, 'image/png'],
    ['an image by its bytes', { type: 'file', mimeType: 'text/plain', content: PNG }, 'image/png'],
    ['the type its bytes show', { mimeType: 'image/jpeg', content: PNG }, 'image/png'],
    ['a data URL', { mimeType: 'image/png', content: `data:image/png;base64,${PNG}` }, 'image/png'],
    ['a claimed image whose bytes say nothing', { mimeType: 'image/png', content: base64('hello!') }, 'image/png'],
    ['a GIF without a claim', { content: base64('GIF89a.......') }, 'image/gif'],
  ])('keep %s', (_name, attachment, mimeType) => {
    expect(images(attachment).map((image) => image.mimeType)).toEqual([mimeType]);
  });

  it.each([
    ['text', { mimeType: 'text/plain', content: base64('hello!') }],
    ['a document that claims to be an image', { mimeType: 'image/png', content: base64('%PDF-1.4 xx!') }],
    ['bytes nobody claims to know', { type: 'image', content: base64('hello!') }],
  ])('drop %s', (_name, attachment) => {
    expect(images(attachment)).toEqual([]);
  });

  it('ignore what carries no content', () => {
    expect(readAttachments(['text', { fileName: 'a' }, { content: 5 }, { content: '' }])).toEqual([]);
  });

  it.each([
    [{ fileName: 'bad.png', content: '!!!notbase64' }, 'Error: attachment bad.png: invalid base64 content'],
    [{ type: 'image', content: '%%%' }, 'Error: attachment image: invalid base64 content'],
    [{ content: 'abc' }, 'Error: attachment attachment-1: invalid base64 content'],
    [
      { fileName: 'big.png', content: 'A'.repeat(6_700_000) },
      'Error: attachment big.png: exceeds size limit (5025000 > 5000000 bytes)',
    ],
  ])('refuse %o', (attachment, message) => {
    expect(() => images(attachment)).toThrow(message);
  });
});
