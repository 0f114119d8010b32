import { createParser } from 'eventsource-parser';

/** A frame may not grow beyond this; a provider that never ends one is cut off. */
const FRAME_LIMIT_CHARS = 8 * 1024 * 1024;
/** What is kept of the start of a body, to say what came instead of a stream. */
const START_LIMIT_CHARS = 4096;

/** Cuts the text of a body into the data of its frames. */
export interface Frames {
  /** Takes a piece and gives the frames it completes. Throws when a frame grows without end. */
  push(text: string): readonly string[];
  /** The body ended: a last frame without its line end. */
  end(): readonly string[];
  /** How the body began; undefined once it has shown to be a stream. */
  start(): string | undefined;
}

export function createFrames(framing: 'sse' | 'lines'): Frames {
  return framing === 'sse' ? createEventFrames() : createLineFrames();
}

function createEventFrames(): Frames {
  let found: string[] = [];
  let begin = '';
  let isStream = false;
  const parser = createParser({
    maxBufferSize: FRAME_LIMIT_CHARS,
    onEvent: ({ data }) => found.push(data),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw error;
    },
  });
  const take = (): readonly string[] => {
    const frames = found;
    found = [];
    isStream ||= frames.length > 0;
    return frames;
  };
  return {
    push(text) {
      if (!isStream && begin.length < START_LIMIT_CHARS) begin += text.slice(0, START_LIMIT_CHARS);
      parser.feed(text);
      return take();
    },
    end() {
      parser.feed('\n\n');
      return take();
    },
    start: () => (isStream ? undefined : begin),
  };
}

function createLineFrames(): Frames {
  let rest = '';
  let begin = '';
  let isStream = false;
  return {
    push(text) {
      if (begin.length < START_LIMIT_CHARS) begin += text.slice(0, START_LIMIT_CHARS);
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > FRAME_LIMIT_CHARS) throw new RangeError('The provider sent a line without an end');
      isStream ||= lines.some((line) => line.startsWith('{'));
      return lines.filter((line) => line.trim() !== '');
    },
    end() {
      const last = rest.trim();
      rest = '';
      return last === '' ? [] : [last];
    },
    start: () => (isStream ? undefined : begin),
  };
}
