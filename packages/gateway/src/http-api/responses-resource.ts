import { randomUUID } from 'node:crypto';
import type { ClientCall, RunOutcome } from '@chela/agent';

/** Objects of the responses protocol (reference protocol/http.md §3). */

export interface ResponseHead {
  readonly id: string;
  readonly model: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
}

export interface ResponseUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly total_tokens: number;
}

export const NO_USAGE: ResponseUsage = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };

type ResponseState =
  | { readonly status: 'in_progress'; readonly output: readonly [] }
  | { readonly status: 'completed' | 'incomplete'; readonly output: readonly unknown[]; readonly usage: ResponseUsage }
  | {
      readonly status: 'failed';
      readonly output: readonly unknown[];
      readonly error: { readonly code: 'api_error'; readonly message: string };
      readonly usage?: ResponseUsage;
    };

export function responseResource(head: ResponseHead, state: ResponseState): Readonly<Record<string, unknown>> {
  const { id, model, createdAt } = head;
  return { id, object: 'response', created_at: createdAt, model, usage: NO_USAGE, ...state };
}

export const failedState = (message: string): Extract<ResponseState, { status: 'failed' }> => ({
  status: 'failed',
  output: [],
  error: { code: 'api_error', message },
});

export const textPart = (text: string) => ({ type: 'output_text', text }) as const;

export function messageItem(id: string, text: string | undefined, status: 'in_progress' | 'completed') {
  return { type: 'message', id, role: 'assistant', content: [textPart(text ?? '')], status } as const;
}

/** A call that the client has to answer in its next request. */
export function functionCallItem(call: ClientCall) {
  const args = JSON.stringify(call.arguments);
  return {
    type: 'function_call',
    id: `call_${randomUUID()}`,
    call_id: call.id,
    name: call.name,
    arguments: args,
  } as const;
}

export type FunctionCallItem = ReturnType<typeof functionCallItem>;

/** The calls an outcome leaves to the client; none for a run that came to its end. */
export function functionCalls(outcome: RunOutcome): readonly FunctionCallItem[] {
  return outcome.kind === 'answered' ? (outcome.clientCalls ?? []).map(functionCallItem) : [];
}

/** Tokens of the whole run; zero where the provider told none. */
export function outcomeUsage(outcome: RunOutcome): ResponseUsage {
  const usage = outcome.meta.agentMeta.usage;
  if (usage === undefined) return NO_USAGE;
  return { input_tokens: usage.input, output_tokens: usage.output, total_tokens: usage.totalTokens };
}
