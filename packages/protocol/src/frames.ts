import type { ErrorShape } from './errors.ts';
import type { SchemaTypes } from './schema-types.ts';
import { isObject } from './validation/compile.ts';
import type { Validators } from './validation/validate.ts';

/** One JSON object a message, of three kinds (reference protocol/protocol.md §1). */
export type RequestFrame = SchemaTypes['RequestFrame'];
export type HelloOk = SchemaTypes['HelloOk'];
export type ConnectParams = SchemaTypes['ConnectParams'];

export interface ResponseFrame {
  readonly type: 'res';
  /** The request's; a malformed frame may have had a number. */
  readonly id: string | number;
  readonly ok: boolean;
  readonly payload?: unknown;
  readonly error?: ErrorShape;
}

export interface EventFrame {
  readonly type: 'event';
  readonly event: string;
  readonly payload?: unknown;
  readonly seq?: number;
  readonly stateVersion?: { readonly presence: number; readonly health: number };
}

/** What a message from a client turned out to be. `id` of an invalid one is the frame's as it stands there, or `invalid`. */
export type IncomingFrame =
  | { readonly kind: 'unparsable' }
  | { readonly kind: 'invalid'; readonly id: string | number; readonly problem: string }
  | { readonly kind: 'request'; readonly request: RequestFrame };

const ID_OF_UNNAMED_FRAME = 'invalid';

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

export function parseRequest(text: string, validators: Validators): IncomingFrame {
  const parsed = parseJson(text);
  if (!parsed) return { kind: 'unparsable' };
  const checked = validators.check('RequestFrame', parsed.value);
  if (checked.ok) return { kind: 'request', request: checked.value };
  const id = isObject(parsed.value) ? parsed.value.id : undefined;
  return {
    kind: 'invalid',
    id: typeof id === 'string' || typeof id === 'number' ? id : ID_OF_UNNAMED_FRAME,
    problem: checked.problem,
  };
}

export type ServerFrame = ResponseFrame | EventFrame;

/** A frame from a gateway, checked as far as a client relies on it; undefined for anything else. */
export function parseServerFrame(text: string): ServerFrame | undefined {
  const value = parseJson(text)?.value;
  if (isServerFrame(value)) return value;
  // Older gateways name their responses so.
  const renamed = isObject(value) && value.type === 'resp' ? { ...value, type: 'res' } : undefined;
  return isServerFrame(renamed) ? renamed : undefined;
}

function isServerFrame(value: unknown): value is ServerFrame {
  if (!isObject(value)) return false;
  if (value.type === 'event') return typeof value.event === 'string';
  const hasId = typeof value.id === 'string' || typeof value.id === 'number';
  return value.type === 'res' && hasId && typeof value.ok === 'boolean';
}
