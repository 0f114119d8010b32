/** From a request frame to its response: authorise, validate, handle (reference protocol/protocol.md §3, §6). */
import type { Logger, Metrics } from '@chela/observability';
import {
  contractMethodScope,
  type ErrorShape,
  invalidRequest,
  isSchemaName,
  type LegacyAlias,
  modernMethod,
  modernParams,
  ProtocolError,
  type RequestFrame,
  type ResponseFrame,
  refusal,
  unavailable,
  type Validators,
} from '@chela/protocol';
import type { Caller, MethodContext, MethodDefinition } from '../method.ts';

export interface RequestContext {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  /** Sends a response frame; the first of two goes out while the handler still runs. */
  respond(frame: ResponseFrame): void;
}

export interface Dispatcher {
  /** Answers a request. Never rejects. */
  dispatch(request: RequestFrame, context: RequestContext): Promise<void>;
}

const UNKNOWN_METHOD_LABEL = 'unknown';

export function createDispatcher(deps: {
  readonly methods: readonly MethodDefinition[];
  readonly validators: Validators;
  readonly logger: Logger;
  readonly metrics: Metrics;
}): Dispatcher {
  const table = new Map<string, MethodDefinition>();
  for (const row of deps.methods) {
    if (table.has(row.name)) throw new Error(`two methods are named ${row.name}`);
    if (row.params !== undefined && !isSchemaName(row.params)) throw new Error(`${row.name}: no schema ${row.params}`);
    table.set(row.name, row);
  }

  function authorise(method: string, caller: Caller): MethodDefinition {
    const row = table.get(method);
    const scope = row?.scope ?? contractMethodScope(method);
    const reason = refusal(caller, scope ?? 'admin');
    if (reason !== undefined) throw invalidRequest(reason);
    if (row) return row;
    if (method === 'connect') throw invalidRequest('connect is only valid as the first request');
    if (scope === undefined) throw invalidRequest(`unknown method: ${method}`);
    throw unavailable(`${method} is part of the protocol, but this release of Chela does not offer it yet`);
  }

  const countAliases = (aliases: readonly LegacyAlias[]): void => {
    for (const alias of aliases) deps.metrics.count('chela_legacy_aliases_total', { alias });
  };

  /** The request under the contract's name of its method. */
  function inForm(request: RequestFrame): RequestFrame {
    const method = table.has(request.method) ? undefined : modernMethod(request.method);
    if (method === undefined) return request;
    countAliases(['method-family']);
    return { ...request, method };
  }

  /** The params as the schema has them; those of older clients only when they are wrong as they stand. */
  function validated(row: MethodDefinition, params: unknown): unknown {
    if (row.params === undefined || !isSchemaName(row.params)) return params;
    const checked = deps.validators.check(row.params, params);
    if (checked.ok) return params;
    const modern = modernParams(row.params, params);
    if (!modern || !deps.validators.check(row.params, modern.value).ok) {
      throw invalidRequest(`invalid ${row.name} params: ${checked.problem}`);
    }
    countAliases(modern.aliases);
    return modern.value;
  }

  async function run(request: RequestFrame, context: RequestContext): Promise<ResponseFrame> {
    const { id } = request;
    const row = authorise(request.method, context.caller);
    const given = request.params ?? {};
    const params = validated(row, row.normalise ? row.normalise(given) : given);
    const methodContext: MethodContext = {
      caller: context.caller,
      requestId: id,
      signal: context.signal,
      accept: (payload) => context.respond({ type: 'res', id, ok: true, payload }),
    };
    return { type: 'res', id, ok: true, payload: await row.handle(params, methodContext) };
  }

  function failed(request: RequestFrame, error: unknown): ResponseFrame {
    const { id, method } = request;
    if (error instanceof ProtocolError) {
      const payload = error.payload === undefined ? {} : { payload: error.payload };
      return { type: 'res', id, ok: false, ...payload, error: error.toShape() };
    }
    deps.logger.warn('a request failed', { method, error });
    return { type: 'res', id, ok: false, error: unexpectedError(error) };
  }

  return {
    async dispatch(incoming, context) {
      const request = inForm(incoming);
      const startedAt = performance.now();
      const frame = await run(request, context).catch((error: unknown) => failed(request, error));
      const method = table.has(request.method) ? request.method : UNKNOWN_METHOD_LABEL;
      const outcome = frame.ok ? 'ok' : (frame.error?.code ?? 'error');
      deps.metrics.observe('chela_rpc_seconds', (performance.now() - startedAt) / 1_000, { method, outcome });
      context.respond(frame);
    },
  };
}

function unexpectedError(error: unknown): ErrorShape {
  return { code: 'UNAVAILABLE', message: error instanceof Error ? String(error) : `Error: ${String(error)}` };
}
