import { isRecord } from '../../methods/record.ts';
import { type HookContext, renderTemplate } from './hook-template.ts';

/** An entry of `hooks.mappings` as the configuration has it; the loader has checked its shape. */
export type HookMapping = Readonly<Record<string, unknown>>;

export type WakeMode = 'now' | 'next-heartbeat';

export interface WakeAction {
  readonly kind: 'wake';
  readonly text: string;
  readonly mode: WakeMode;
}

export interface AgentAction {
  readonly kind: 'agent';
  readonly message: string;
  readonly wakeMode: WakeMode;
  readonly name?: string;
  readonly agentId?: string;
  readonly sessionKey?: string;
  readonly deliver?: boolean;
  readonly allowUnsafeExternalContent?: boolean;
  readonly channel?: string;
  readonly to?: string;
  readonly model?: string;
  readonly thinking?: string;
  readonly timeoutSeconds?: number;
}

export type MappingResult =
  | { readonly ok: true; readonly action: WakeAction | AgentAction }
  /** The transform said that there is nothing to do. */
  | { readonly ok: true; readonly action: null }
  | { readonly ok: false; readonly error: string };

/** Runs the transform of a mapping on a request; its value overrides members of the action. */
export type Transform = (spec: { readonly module: string; readonly export?: string }, context: HookContext) => unknown;

export interface MappingDeps {
  readonly now: () => number;
  readonly transform: Transform;
}

/** The action of the first mapping that matches; undefined when none does (reference protocol/http.md §5). */
export async function applyMappings(
  mappings: readonly HookMapping[],
  context: HookContext,
  deps: MappingDeps,
): Promise<MappingResult | undefined> {
  const mapping = mappings.find((entry) => matches(entry, context));
  if (mapping === undefined) return undefined;
  const spec = transformOf(mapping);
  const override = spec === undefined ? {} : await deps.transform(spec, context);
  if (override === null) return { ok: true, action: null };
  return actionOf(mapping, isRecord(override) ? override : {}, (template) =>
    renderTemplate(template, context, deps.now()),
  );
}

const trimSlashes = (path: string): string => path.replace(/^\/+|\/+$/g, '');

function matches({ match }: HookMapping, { path, payload }: HookContext): boolean {
  const wanted = isRecord(match) ? match : {};
  if (typeof wanted.path === 'string' && trimSlashes(wanted.path) !== trimSlashes(path)) return false;
  return typeof wanted.source !== 'string' || wanted.source === payload.source;
}

function transformOf({ transform }: HookMapping): Parameters<Transform>[0] | undefined {
  if (!isRecord(transform) || typeof transform.module !== 'string') return undefined;
  return { module: transform.module, ...(typeof transform.export === 'string' && { export: transform.export }) };
}

function actionOf(mapping: HookMapping, override: HookMapping, render: (template: string) => string): MappingResult {
  /** What the transform gave, else the mapping's template. */
  const text = (given: string, template = given): string | undefined => {
    const own = override[given];
    if (typeof own === 'string') return own;
    const source = mapping[template];
    return typeof source === 'string' ? render(source) : undefined;
  };
  const kind = override.kind === 'wake' || override.kind === 'agent' ? override.kind : (mapping.action ?? 'agent');
  if (kind === 'wake') {
    const said = text('text', 'textTemplate')?.trim() ?? '';
    if (said === '') return { ok: false, error: 'hook mapping requires text' };
    return { ok: true, action: { kind: 'wake', text: said, mode: wakeModeOf(override.mode ?? mapping.wakeMode) } };
  }
  const message = text('message', 'messageTemplate') ?? '';
  if (message.trim() === '') return { ok: false, error: 'hook mapping requires message' };
  const optional = {
    name: text('name'),
    agentId: text('agentId'),
    sessionKey: text('sessionKey'),
    channel: text('channel'),
    to: text('to'),
    model: text('model'),
    thinking: text('thinking'),
    deliver: flag(override.deliver ?? mapping.deliver),
    allowUnsafeExternalContent: flag(override.allowUnsafeExternalContent ?? mapping.allowUnsafeExternalContent),
    timeoutSeconds: count(override.timeoutSeconds ?? mapping.timeoutSeconds),
  };
  const wakeMode = wakeModeOf(override.wakeMode ?? mapping.wakeMode);
  return { ok: true, action: { kind: 'agent', message, wakeMode, ...present(optional) } };
}

export const wakeModeOf = (value: unknown): WakeMode => (value === 'next-heartbeat' ? value : 'now');
const flag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);
const count = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that have a value and are no empty text. */
function present<T extends object>(values: T): Present<T> {
  const kept: Present<T> = { ...values };
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === '') Reflect.deleteProperty(kept, name);
  }
  return kept;
}
