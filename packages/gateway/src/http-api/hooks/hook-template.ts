import { isRecord } from '../../methods/record.ts';

/** What a hook request brought, as templates and transforms see it. */
export interface HookContext {
  readonly payload: Readonly<Record<string, unknown>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly url: URL;
  /** Below the base path, slashes trimmed. */
  readonly path: string;
}

/** Replaces each `{{expression}}`; what is missing becomes nothing (reference protocol/http.md §5). */
export function renderTemplate(template: string, context: HookContext, now: number): string {
  return template.replace(/\{\{([^{}]*)\}\}/g, (_, expression: string) =>
    shown(expressed(expression.trim(), context, now)),
  );
}

function expressed(expression: string, context: HookContext, now: number): unknown {
  if (expression === 'path') return context.path;
  if (expression === 'now') return new Date(now).toISOString();
  const [head = '', ...rest] = steps(expression);
  if (head === 'headers') return context.headers[rest.join('.').toLowerCase()];
  if (head === 'query') return context.url.searchParams.get(rest.join('.')) ?? undefined;
  return memberAt(context.payload, head === 'payload' ? rest : [head, ...rest]);
}

/** `a.b[0].c` is a, b, 0, c. */
const steps = (expression: string): readonly string[] =>
  expression
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((step) => step !== '');

function memberAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, step) => {
    if (Array.isArray(at)) return at[Number(step)];
    return isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }, root);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
