import { join } from 'node:path';
import { type Clock, type Logger, redactDeep } from '@chela/observability';
import type { ActionRequest } from './action-request.ts';
import { createActiveSettings } from './active-settings.ts';
import { type PolicyBundle, readSignedBundle } from './bundle/bundle.ts';
import { readPolicySettings } from './bundle/policy-settings.ts';
import { createPolicyStore, type PolicyStore } from './bundle/policy-store.ts';
import { createDefender, type Judgement } from './create-defender.ts';
import type { Decision } from './decision.ts';
import { createQuarantine } from './engine/quarantine.ts';
import { createQuarantineQueue, type QueuedQuarantine } from './engine/quarantine-queue.ts';
import { createRecordBatch } from './engine/record-batch.ts';
import { fullGuards } from './full-guards.ts';
import { isRecord } from './is-record.ts';
import type { DefenderSettings } from './settings/settings.ts';

const RECENT_DECISIONS = 500;

/** A decision as it is shown and recorded. */
export interface DecisionRecord {
  readonly at: number;
  readonly decision: Decision;
  readonly mode: DefenderSettings['mode'];
  /** What was judged, in short and without secrets. */
  readonly action: {
    readonly tool?: string;
    readonly channel?: string;
    readonly agentId?: string;
    readonly sessionId?: string;
    readonly subject: string;
  };
}

/** What becomes of an action. In `audit` everything runs, in `off` nothing is judged. */
export type Ruling =
  | { readonly effect: 'run'; readonly decision?: Decision }
  | { readonly effect: 'ask' | 'refuse'; readonly decision: Decision };

/** The defender of a gateway: settings, policies and records around the judgement (reference defender/defender.md). */
export interface DefenderService {
  rule(request: ActionRequest): Promise<Ruling>;
  /** Called with each decision once it is recorded. The returned function ends it. */
  subscribe(listener: (record: DecisionRecord, eventName: string) => void): () => void;
  /** Newest first; of this process. */
  recent(limit: number): readonly DecisionRecord[];
  settings(): Promise<DefenderSettings>;
  readonly quarantine: QueuedQuarantine;
  readonly policies: PolicyStore;
  /** Verifies a signed bundle with the pinned keys and puts it in force at once. Throws BundleRefusedError. */
  applyPolicy(document: unknown): Promise<PolicyBundle>;
  rollBackPolicy(version: number | null): Promise<PolicyBundle | undefined>;
  /** To be called when the configuration has changed. */
  refresh(): Promise<void>;
  /** Ends when everything that was decided is written. */
  close(): Promise<void>;
}

export interface DefenderServiceDeps {
  readonly stateDir: string;
  readonly section: () => unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly defaultMode: DefenderSettings['mode'];
  /** Keeps the decisions of one turn of the event loop for good, before they are given; throws when it kept none of them. */
  readonly record: (records: readonly DecisionRecord[]) => void;
  readonly redact: (text: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const SUBJECT_CHARS = 500;

export function createDefenderService(deps: DefenderServiceDeps): DefenderService {
  const { clock, logger, stateDir } = deps;
  const now = (): number => clock.now();
  const policies = createPolicyStore({ directory: join(stateDir, 'chela', 'policy'), now });
  const active = createActiveSettings({ ...deps, activeBundle: () => policies.active() });
  let quarantineDir = join(stateDir, 'chela', 'quarantine');
  const quarantine = createQuarantineQueue(
    createQuarantine({
      directory: () => quarantineDir,
      now,
      redact: (value) => redactDeep(value, deps.redact),
    }),
    (error) => logger.error('a blocked action could not be put into quarantine', { error }),
  );
  const inForce = new WeakMap<ActionRequest, DefenderSettings>();
  const recent: DecisionRecord[] = [];
  const listeners = new Set<(record: DecisionRecord, eventName: string) => void>();

  const batch = createRecordBatch(deps.record);

  async function record(judgement: Judgement): Promise<void> {
    const settings = inForce.get(judgement.request);
    const made = recordOf(judgement, settings?.mode ?? deps.defaultMode, now(), deps.redact);
    recent.unshift(made);
    recent.length = Math.min(recent.length, RECENT_DECISIONS);
    await batch.add(made);
    for (const listener of listeners) {
      try {
        listener(made, settings?.eventName ?? 'security.decision');
      } catch (error) {
        logger.error('a listener of decisions failed', { error });
      }
    }
  }

  const defender = createDefender({
    settings: (request) => {
      const settings = inForce.get(request);
      if (settings === undefined) throw new Error('an action is judged without its settings');
      return settings;
    },
    guards: fullGuards,
    quarantine,
    record,
    fetch,
    clock,
    logger,
  });

  async function refresh(): Promise<void> {
    await active.refresh();
    defender.forget();
  }

  return {
    async rule(request) {
      const settings = await active.of(request);
      if (settings.mode === 'off') return { effect: 'run' };
      if (settings.quarantineDir !== undefined) quarantineDir = settings.quarantineDir;
      inForce.set(request, settings);
      const decision = await defender.judge(request);
      if (settings.mode === 'audit' || decision.action === 'allow') return { effect: 'run', decision };
      return { effect: decision.action === 'block' ? 'refuse' : 'ask', decision };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    recent: (limit) => recent.slice(0, limit),
    settings: () => active.base(),
    quarantine,
    policies,
    async applyPolicy(document) {
      // A policy that could not be used must not come into force.
      await readPolicySettings(readSignedBundle(document).bundle, deps.section(), deps.env);
      const bundle = await policies.accept(document, trustedKeys(deps.section()));
      await refresh();
      logger.info('a policy bundle came into force', { id: bundle.id, version: bundle.version });
      return bundle;
    },
    async rollBackPolicy(version) {
      const bundle = await policies.rollBack(version);
      await refresh();
      logger.info('the policy was rolled back', { version });
      return bundle;
    },
    refresh,
    close: () => quarantine.settled(),
  };
}

function recordOf(
  { request, decision }: Judgement,
  mode: DefenderSettings['mode'],
  at: number,
  redact: (text: string) => string,
): DecisionRecord {
  const { tool, channel, agentId, sessionId, command, url, filePath, prompt } = request;
  const subject = redact((command ?? url ?? filePath ?? prompt ?? '').slice(0, SUBJECT_CHARS));
  return {
    at,
    decision,
    mode,
    action: {
      subject,
      ...(tool !== undefined && { tool }),
      ...(channel !== undefined && { channel }),
      ...(agentId !== undefined && { agentId }),
      ...(sessionId !== undefined && { sessionId }),
    },
  };
}

/** Keys that may sign policies: `security.defender.bundle.trustedKeys`. */
function trustedKeys(section: unknown): Readonly<Record<string, string>> {
  const bundle = isRecord(section) ? section.bundle : undefined;
  const keys = isRecord(bundle) ? bundle.trustedKeys : undefined;
  if (!isRecord(keys)) return {};
  return Object.fromEntries(Object.entries(keys).flatMap(([id, key]) => (typeof key === 'string' ? [[id, key]] : [])));
}
