import { isRecord } from '../json-record.ts';
import { pathSegments, valueAt } from './data-model.ts';
import { listIn } from './messages.ts';

/** Where a component stands in the data: the root, or an item of a list. */
export interface Scope {
  readonly data: unknown;
  readonly base: readonly string[];
}

/** The way to the value of a bound property; undefined for literals. */
export function boundSegments(bound: unknown, scope: Scope): readonly string[] | undefined {
  return isRecord(bound) && typeof bound.path === 'string' ? pathSegments(bound.path, scope.base) : undefined;
}

/** The value of `{path}` or `{literal…}`; a literal beside a path is what is shown until there is data. */
export function boundValue(bound: unknown, scope: Scope): unknown {
  if (!isRecord(bound)) return undefined;
  const segments = boundSegments(bound, scope);
  const found = segments && valueAt(scope.data, segments);
  return found ?? bound.literalString ?? bound.literalNumber ?? bound.literalBoolean ?? bound.literalArray;
}

export function boundText(bound: unknown, scope: Scope): string {
  const value = boundValue(bound, scope);
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** What a button's `context` says at the moment of the click. */
export function actionContext(context: unknown, scope: Scope): Readonly<Record<string, unknown>> {
  const entries = listIn(context).flatMap((item): [string, unknown][] =>
    isRecord(item) && typeof item.key === 'string' ? [[item.key, boundValue(item.value, scope)]] : [],
  );
  return Object.fromEntries(entries);
}
