import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSteppedClock } from '../methods/testing/stepped-clock.ts';
import { createTextMerger, mergeWindowMs, type TextPiece } from './text-merger.ts';

function merger(tickMs = 20) {
  const clock = createSteppedClock();
  const emitted: TextPiece[] = [];
  return { clock, emitted, merger: createTextMerger({ clock, tickMs, emit: (piece) => emitted.push(piece) }) };
}

describe('text merger', () => {
  it('emits the first piece at once', () => {
    const { merger: m, emitted } = merger();
    m.push({ delta: 'Hel', text: 'Hel' });
    expect(emitted).toEqual([{ delta: 'Hel', text: 'Hel' }]);
  });

  it('joins the pieces of one tick into one emission with the last state', () => {
    const { merger: m, emitted, clock } = merger();
    m.push({ delta: 'a', text: 'a' });
    m.push({ delta: 'b', text: 'ab' });
    m.push({ delta: 'c', text: 'abc' });
    clock.advance(19);
    expect(emitted).toHaveLength(1);
    clock.advance(1);
    expect(emitted[1]).toEqual({ delta: 'bc', text: 'abc' });
    expect(clock.timers).toBe(0);
  });

  it('emits what waits when it is flushed, and nothing twice', () => {
    const { merger: m, emitted, clock } = merger();
    m.push({ delta: 'a', text: 'a' });
    m.push({ delta: 'b', text: 'ab' });
    m.flush();
    m.flush();
    clock.advance(100);
    expect(emitted.map(({ text }) => text)).toEqual(['a', 'ab']);
  });

  it('forgets what waits when it is discarded', () => {
    const { merger: m, emitted, clock } = merger();
    m.push({ delta: 'a', text: 'a' });
    m.push({ delta: 'b', text: 'ab' });
    m.discard();
    clock.advance(100);
    expect(emitted).toHaveLength(1);
  });

  it('does not join the texts of two messages', () => {
    const { merger: m, emitted } = merger();
    m.push({ delta: 'one', text: 'one' });
    m.push({ delta: '!', text: 'one!' });
    m.push({ delta: 'two', text: 'two' });
    m.flush();
    expect(emitted.map(({ delta }) => delta)).toEqual(['one', '!', 'two']);
  });

  it('turns 2 000 deltas over two seconds into about a hundred emissions', () => {
    const { merger: m, emitted, clock } = merger();
    let text = '';
    for (let i = 0; i < 2000; i += 1) {
      text += 'ab';
      m.push({ delta: 'ab', text });
      clock.advance(1);
    }
    m.flush();
    expect(emitted.length).toBeGreaterThan(90);
    expect(emitted.length).toBeLessThan(110);
    expect(emitted.at(-1)?.text).toBe(text);
  });

  it('merges a very long text for longer, so that repeating it stays affordable', () => {
    expect(mergeWindowMs(20, 100)).toBe(20);
    expect(mergeWindowMs(20, 327_680)).toBe(200);
  });

  it('loses and repeats nothing, whatever the pieces and pauses', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.nat(40))), (steps) => {
        const { merger: m, emitted, clock } = merger();
        let text = '';
        for (const [delta, pause] of steps) {
          text += delta;
          m.push({ delta, text });
          clock.advance(pause);
        }
        m.flush();
        expect(emitted.map(({ delta }) => delta).join('')).toBe(text);
      }),
    );
  });
});
