import { EventStreamCodec } from '@smithy/eventstream-codec';
import type { Frames } from '../frames.ts';

/** A frame may not grow beyond this. */
const FRAME_LIMIT_BYTES = 8 * 1024 * 1024;
const LENGTH_BYTES = 4;
const START_LIMIT_CHARS = 4096;

/**
 * Cuts `vnd.amazon.eventstream` into frames, each the JSON of its payload with its `:` headers as members. The text that
 * comes in stands for bytes, one character each.
 */
export function createAwsEventFrames(): Frames {
  const codec = new EventStreamCodec(
    (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
    (text) => Buffer.from(text, 'utf8'),
  );
  let rest = Buffer.alloc(0);
  let begin = '';
  let isStream = false;
  const read = (frame: Uint8Array): string => {
    const { headers, body } = codec.decode(frame);
    const named = Object.entries(headers).map(([name, { value }]) => [name, String(value)] as const);
    const payload: unknown = body.length === 0 ? {} : JSON.parse(Buffer.from(body).toString('utf8'));
    return JSON.stringify(Object.assign({}, payload, Object.fromEntries(named)));
  };
  return {
    push(text) {
      if (!isStream && begin.length < START_LIMIT_CHARS) begin += text.slice(0, START_LIMIT_CHARS);
      rest = Buffer.concat([rest, Buffer.from(text, 'latin1')]);
      const frames: string[] = [];
      while (rest.length >= LENGTH_BYTES) {
        const length = rest.readUInt32BE(0);
        if (length > FRAME_LIMIT_BYTES) throw new RangeError('The provider sent a frame without an end');
        if (rest.length < length) break;
        frames.push(read(rest.subarray(0, length)));
        rest = rest.subarray(length);
        isStream = true;
      }
      return frames;
    },
    end: () => [],
    start: () => (isStream ? undefined : begin),
  };
}
