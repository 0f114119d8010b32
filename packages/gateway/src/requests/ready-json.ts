import type { ResponseFrame } from '@chela/protocol';

/** JSON that was made ahead, as bytes, of a value that never changes. */
const READY = Symbol('JSON made ahead');

/** Attaches the JSON of a frozen value. A payload that has it as a member is sent without being serialised again. */
export function withReadyJson<Value extends object>(value: Value, json: string): Value {
  return Object.defineProperty(value, READY, { value: Buffer.from(json, 'utf8') });
}

/** The bytes of a response frame: what `JSON.stringify` gives, with the members that are ready taken over as they are. */
export function responseBytes(frame: ResponseFrame): Buffer {
  const { payload, ...head } = frame;
  if (!hasReadyMember(payload)) return Buffer.from(JSON.stringify(frame), 'utf8');
  const pieces: Buffer[] = [];
  let text = `${JSON.stringify(head).slice(0, -1)},"payload":{`;
  let separator = '';
  for (const [name, value] of Object.entries(payload)) {
    const ready = readyJson(value);
    const json = ready === undefined ? JSON.stringify(value) : '';
    if (json === undefined) continue;
    text += `${separator}${JSON.stringify(name)}:${json}`;
    separator = ',';
    if (ready === undefined) continue;
    pieces.push(Buffer.from(text, 'utf8'), ready);
    text = '';
  }
  return Buffer.concat([...pieces, Buffer.from(`${text}}}`, 'utf8')]);
}

function hasReadyMember(payload: unknown): payload is object {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return false;
  return Object.values(payload).some((value) => readyJson(value) !== undefined);
}

function readyJson(value: unknown): Buffer | undefined {
  if (typeof value !== 'object' || value === null || !(READY in value)) return undefined;
  const { [READY]: json } = value;
  return Buffer.isBuffer(json) ? json : undefined;
}
