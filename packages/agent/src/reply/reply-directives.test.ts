import { describe, expect, test } from 'vitest';
import { parseReplyDirectives } from './reply-directives.ts';

describe('directives a model writes into its answer', () => {
  test('a tag with a blank id answers nothing in particular, and does not undo one before it', () => {
    expect(parseReplyDirectives('[[reply_to: ]] x', 'm-1')).toEqual({
      text: 'x',
      replyToCurrent: false,
      replyToTag: true,
      isSilent: false,
    });
    expect(parseReplyDirectives('[[reply_to:7]] a [[reply_to: ]]')).toMatchObject({ text: 'a', replyToId: '7' });
  });

  test('a bare file name beside a voice tag is a file', () => {
    expect(parseReplyDirectives('MEDIA:voice note.ogg [[audio_as_voice]]')).toMatchObject({
      text: '',
      mediaUrls: ['voice note.ogg'],
      audioAsVoice: true,
    });
  });

  test('white space is tidied where a tag may be, and left alone elsewhere', () => {
    expect(parseReplyDirectives('x [[ y\n    z  1').text).toBe('x [[ y\nz 1');
    expect(parseReplyDirectives('x y\n    z  1').text).toBe('x y\n    z  1');
  });
});
