import type { Clock, Logger, Metrics } from '@chela/observability';
import type { IngressAnswer, IngressRequest, IngressRoute } from '../contract/connection.ts';
import type { AccountName, Ingress, WebhookRequest } from '../kernel.ts';
import { IngressRefusal } from './ingress-refusal.ts';
import { createOwnPorts } from './own-ports.ts';
import { createReplayGuard } from './replay-guard.ts';
import { createRequestLimits } from './request-limits.ts';

export interface IngressDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

interface Mounted {
  readonly account: AccountName;
  readonly route: IngressRoute;
}

/** How far the vendor's time of a delivery may be from ours. */
const TIME_WINDOW_MS = 5 * 60_000;
/** What programs read when no account, or more than one, takes a request (reference channels/wave2-3-common.md §3). */
const UNAUTHORIZED = 'unauthorized';
const AMBIGUOUS = 'ambiguous webhook target';

/**
 * The webhooks of all accounts. What can be judged from headers is judged before the body is read; then size,
 * signature, time window and repetition; only then an adapter sees the request.
 */
export function createIngress(deps: IngressDeps): Ingress & { close(): Promise<void> } {
  const { clock, logger, metrics } = deps;
  /** By port (0: the gateway's), then path. */
  const doors = new Map<number, Map<string, Mounted[]>>();
  const replays = createReplayGuard(clock);
  const limits = createRequestLimits(clock);
  const ports = createOwnPorts({ handle: (request, port) => handle(request, port), clock, logger });

  const mountedAt = (port: number, path: string): readonly Mounted[] => doors.get(port)?.get(path) ?? [];

  function mount(mounted: Mounted, signal: AbortSignal): void {
    const port = mounted.route.listen?.port ?? 0;
    const { path } = mounted.route;
    const paths = doors.get(port) ?? new Map<string, Mounted[]>();
    doors.set(port, paths.set(path, [...(paths.get(path) ?? []), mounted]));
    const unmount = (): void => {
      const rest = mountedAt(port, path).filter((other) => other !== mounted);
      if (rest.length > 0) paths.set(path, rest);
      else paths.delete(path);
    };
    if (signal.aborted) unmount();
    else signal.addEventListener('abort', unmount, { once: true });
  }

  async function handle(request: WebhookRequest, port = 0): Promise<IngressAnswer> {
    const mounted = mountedAt(port, request.path);
    const channel = mounted[0]?.account.channel ?? 'none';
    try {
      if (mounted.length === 0) throw new IngressRefusal(404, 'Not Found');
      const leave = limits.enter(request.remoteAddress, request.path);
      try {
        const answer = await receive(request, mounted);
        metrics.count('chela_channel_webhooks_total', { channel, outcome: answer.status < 400 ? 'taken' : 'refused' });
        return answer;
      } finally {
        leave();
      }
    } catch (error) {
      if (!(error instanceof IngressRefusal)) {
        logger.error('a webhook could not be taken', { channel, path: request.path, error });
        metrics.count('chela_channel_webhooks_total', { channel, outcome: 'failed' });
        return { status: 500, body: 'Internal Server Error' };
      }
      if (error.status === 401) limits.refused(request.remoteAddress);
      metrics.count('chela_channel_webhooks_total', { channel, outcome: 'refused' });
      return refusalAnswer(error);
    }
  }

  async function receive(incoming: WebhookRequest, mounted: readonly Mounted[]): Promise<IngressAnswer> {
    const { method, headers } = incoming;
    const taking = mounted.filter(({ route }) => (route.methods ?? ['POST']).includes(method));
    if (taking.length === 0) throw new IngressRefusal(405, 'Method Not Allowed');
    const known = taking.filter(({ route }) => route.verifyHeaders?.(headers) ?? true);
    if (known.length === 0) throw new IngressRefusal(401, UNAUTHORIZED);
    const body = await incoming.readBody(Math.max(...known.map(({ route }) => route.maxBytes)));
    const { path, query } = incoming;
    const request: IngressRequest = { method, path, query, headers, body };
    const matching = known.filter(({ route }) => body.length <= route.maxBytes && route.verify(request));
    const [target] = matching;
    if (target === undefined) throw new IngressRefusal(401, UNAUTHORIZED);
    if (matching.length > 1) throw new IngressRefusal(401, AMBIGUOUS);
    return deliver(target, request);
  }

  async function deliver({ account, route }: Mounted, request: IngressRequest): Promise<IngressAnswer> {
    const { id, at } = route.delivery?.(request) ?? {};
    const isInTime = at === undefined || Math.abs(clock.now() - at) <= TIME_WINDOW_MS;
    if (!isInTime) throw new IngressRefusal(401, UNAUTHORIZED);
    if (id === undefined) return route.handle(request);
    const key = `${account.channel}/${account.accountId}/${id}`;
    const { answer } = await replays.once(key, () => route.handle(request));
    return answer;
  }

  return {
    async add(account, route, signal) {
      // The port is opened first: a webhook that nobody can reach is a failed connect.
      if (route.listen !== undefined) await ports.open(route.listen, signal);
      mount({ account, route }, signal);
    },
    claims: (path) => mountedAt(0, path).length > 0,
    handle,
    close: ports.close,
  };
}

function refusalAnswer({ status, message, retryAfterSeconds }: IngressRefusal): IngressAnswer {
  const headers = retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
  return { status, headers, body: message };
}
