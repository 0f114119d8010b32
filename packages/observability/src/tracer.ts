import type { Tracer as OtelTracer } from '@opentelemetry/api';
import type { Logger } from './logger.ts';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Names a piece of work and measures it. Attributes follow the rules of metric labels: no user content, no secrets. */
export interface Tracer {
  /** Runs `work` in a span; its failure is recorded on the span and thrown on. Off, it only runs `work`. */
  span<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T>;
}

/** A tracer that only runs the work. */
export const noTracer: Tracer = { span: (_name, _attributes, work) => work() };

const SPAN_STATUS_ERROR = 2;

/**
 * Tracing behind a switch (`diagnostics.otel.enabled` and `.traces`). Off, nothing is imported. On, spans go to the
 * OpenTelemetry API, imported with the first span, and from there to whatever SDK the operator has registered
 * (e.g. `node --import`); without an SDK they end there.
 */
export function createTracer(options: { readonly enabled: boolean; readonly logger: Logger }): Tracer {
  if (!options.enabled) return noTracer;
  let loading: Promise<OtelTracer | undefined> | undefined;

  const load = async (): Promise<OtelTracer | undefined> => {
    try {
      const { trace } = await import('@opentelemetry/api');
      return trace.getTracer('chela');
    } catch (error) {
      options.logger.warn('tracing is enabled but the OpenTelemetry API could not be loaded', { error });
      return undefined;
    }
  };

  return {
    async span(name, attributes, work) {
      loading ??= load();
      const tracer = await loading;
      if (tracer === undefined) return work();
      return tracer.startActiveSpan(name, { attributes: { ...attributes } }, async (span) => {
        try {
          return await work();
        } catch (error) {
          span.setStatus({ code: SPAN_STATUS_ERROR, message: error instanceof Error ? error.name : 'error' });
          throw error;
        } finally {
          span.end();
        }
      });
    },
  };
}
