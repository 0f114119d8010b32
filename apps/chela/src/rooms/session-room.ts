import { resolve } from 'node:path';
import { statusText } from '@chela/agent';
import type { ModelRef, ModelService } from '@chela/models';
import type { Clock } from '@chela/observability';
import type { SessionEntry, SessionRow, Store } from '@chela/store';
import type { SessionFacts, SessionRoom } from '@chela/tools';

/** How many sessions are looked through when a query narrows by something the index does not know. */
const SCAN_LIMIT = 5_000;

/**
 * `defaultModel` is what a session without a model of its own runs on. The name of a transcript is resolved as the original
 * does: in the workspace once the session has had a turn, before that in the working directory (reference traces
 * http/tools-invoke, tools/session-status-tool).
 */
function factsOf({ key, entry }: SessionRow, defaultModel: string, workspaceDir: string): SessionFacts {
  const text = (name: string): string | undefined => {
    const value = entry[name];
    return typeof value === 'string' ? value : undefined;
  };
  const named = ['channel', 'displayName', 'lastChannel', 'lastTo', 'lastAccountId'] as const;
  const texts = Object.fromEntries(named.flatMap((name) => (text(name) === undefined ? [] : [[name, text(name)]])));
  const {
    sessionId,
    updatedAt,
    label,
    contextTokens,
    totalTokens,
    inputTokens,
    outputTokens,
    thinkingLevel,
    verboseLevel,
  } = entry;
  const { systemSent, abortedLastRun, sendPolicy, spawnedBy } = entry;
  const { deliveryContext } = entry;
  return {
    key,
    sessionId,
    updatedAt,
    ...(isRecord(deliveryContext) && { deliveryContext }),
    ...texts,
    ...(label !== undefined && { label }),
    model: entry.model ?? defaultModel,
    ...(contextTokens !== undefined && { contextTokens }),
    ...(totalTokens !== undefined && { totalTokens }),
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(thinkingLevel !== undefined && { thinkingLevel }),
    ...(verboseLevel !== undefined && { verboseLevel }),
    ...(systemSent !== undefined && { systemSent }),
    ...(abortedLastRun !== undefined && { abortedLastRun }),
    ...(sendPolicy !== undefined && { sendPolicy }),
    ...(spawnedBy !== undefined && { spawnedBy }),
    transcriptPath: resolve(entry.sessionFile === undefined ? '' : workspaceDir, `${sessionId}.jsonl`),
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function overrideOf(entry: SessionEntry | undefined): ModelRef | undefined {
  if (!entry?.modelOverride || !entry.providerOverride) return undefined;
  return { provider: entry.providerOverride, model: entry.modelOverride };
}

/** Sessions for the session tools, over the store's indexed, bounded reads. */
export function createSessionRoom(deps: {
  store: Store;
  models: ModelService;
  clock: Clock;
  version: string;
  commit: string | undefined;
  workspaceDir: (agentId: string) => string;
}): SessionRoom {
  const { store, models, clock } = deps;

  async function factsOfAll(rows: readonly SessionRow[]): Promise<readonly SessionFacts[]> {
    const agents = [...new Set(rows.map(({ agentId }) => agentId))];
    const defaults = new Map(
      await Promise.all(agents.map(async (id) => [id, (await models.defaultRef(id)).model] as const)),
    );
    return rows.map((row) => factsOf(row, defaults.get(row.agentId) ?? '', deps.workspaceDir(row.agentId)));
  }

  const factsOfOne = async (row: SessionRow | undefined): Promise<SessionFacts | undefined> =>
    row && (await factsOfAll([row]))[0];

  return {
    async list(query) {
      const narrowed = query.treeOf !== undefined || (query.agentIds?.length ?? 0) > 1;
      const onlyAgent = query.agentIds?.length === 1 ? query.agentIds[0] : undefined;
      const { rows } = await store.sessions.list({
        limit: narrowed ? SCAN_LIMIT : query.limit,
        ...(onlyAgent !== undefined && { agentId: onlyAgent }),
        ...(query.updatedAfter !== undefined && { updatedSince: query.updatedAfter }),
      });
      const wanted = rows
        .filter((row) => query.agentIds === undefined || query.agentIds.includes(row.agentId))
        .filter((row) => query.treeOf === undefined || row.key === query.treeOf || row.entry.spawnedBy === query.treeOf)
        .slice(0, query.limit);
      return factsOfAll(wanted);
    },
    async find(key) {
      return factsOfOne(await store.sessions.get(key));
    },
    async findById(sessionId) {
      return factsOfOne(await store.sessions.bySessionId(sessionId));
    },
    async findByLabel(label, agentId) {
      const { rows } = await store.sessions.list({ label, agentId, limit: 1 });
      return factsOfOne(rows[0]);
    },
    async history(key, limit) {
      const row = await store.sessions.get(key);
      if (!row) return [];
      const entries = await store.transcripts.tail(row.entry.sessionId, limit);
      return entries.flatMap((entry) => (entry.type === 'message' ? [entry.message] : []));
    },
    async remove(key) {
      await store.sessions.delete(key, { archiveTranscript: true });
    },
    async statusCard(key) {
      const row = await store.sessions.get(key);
      const agentId = row?.agentId ?? 'main';
      const ref = overrideOf(row?.entry) ?? (await models.defaultRef(agentId));
      const selection = await models.select({ agentId, override: ref }).catch(() => undefined);
      const credential = await models.credential(ref.provider, agentId);
      return statusText({
        version: deps.version,
        commit: deps.commit,
        model: `${ref.provider}/${ref.model}`,
        keySource: credential?.source,
        entry: row?.entry,
        contextTokens: row?.entry.contextTokens ?? selection?.primary.contextWindow ?? 0,
        sessionKey: key,
        thinking: row?.entry.thinkingLevel ?? 'off',
        waiting: 0,
        budgets: await models.budgets({ agentId, sessionId: row?.entry.sessionId ?? '' }),
        now: clock.now(),
      });
    },
    async setModel(key, model) {
      const row = await store.sessions.get(key);
      const agentId = row?.agentId ?? 'main';
      const next = model === undefined ? undefined : models.parseRef(model);
      if (model !== undefined && next === undefined) throw new Error(`Unrecognized model "${model}".`);
      if (next && !(await models.allowed(next, agentId)))
        throw new Error(`Model "${next.provider}/${next.model}" is not allowed.`);
      const before = overrideOf(row?.entry);
      if (before?.provider === next?.provider && before?.model === next?.model) return { changed: false };
      await store.sessions.upsert(key, agentId, (current) => {
        const {
          providerOverride: _provider,
          modelOverride: _model,
          ...rest
        } = current ?? { sessionId: crypto.randomUUID(), updatedAt: clock.now() };
        return {
          ...rest,
          ...(next && { providerOverride: next.provider, modelOverride: next.model }),
          updatedAt: clock.now(),
        };
      });
      return { changed: true };
    },
  };
}
