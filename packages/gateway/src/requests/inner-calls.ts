import { randomUUID } from 'node:crypto';
import type { Logger, Metrics } from '@chela/observability';
import { createValidators, type ResponseFrame } from '@chela/protocol';
import type { Caller, MethodDefinition } from '../method.ts';
import { createDispatcher } from './dispatch.ts';

/** Calls of the gateway's methods from inside, as an operator on this machine makes them: the same checks, the same errors. */
export interface InnerCalls {
  /** Resolves with the payload; rejects with the message of the method's error. */
  call(method: string, params: unknown): Promise<unknown>;
}

const INSIDE: Caller = {
  connId: 'inside',
  role: 'operator',
  scopes: ['operator.admin'],
  client: { id: 'gateway-client', mode: 'backend', version: 'inside', platform: process.platform },
  deviceId: undefined,
  isLocal: true,
  caps: new Set(),
  remoteIp: undefined,
};

export function createInnerCalls(deps: {
  readonly methods: readonly MethodDefinition[];
  readonly logger: Logger;
  readonly metrics: Metrics;
}): InnerCalls {
  const dispatcher = createDispatcher({ ...deps, validators: createValidators() });
  return {
    async call(method, params) {
      let answer: ResponseFrame | undefined;
      await dispatcher.dispatch(
        { type: 'req', id: randomUUID(), method, params },
        {
          caller: INSIDE,
          signal: new AbortController().signal,
          respond(frame) {
            answer = frame;
          },
        },
      );
      if (answer?.ok === true) return answer.payload;
      throw new Error(answer?.error?.message ?? `${method} gave no answer`);
    },
  };
}
