import { isRecord } from '../json-record.ts';

/** Messages of A2UI v0.8, as far as a page must understand them (reference nodes/a2ui-v0.8.schema.json). */

export interface ComponentNode {
  readonly id: string;
  /** Share of a row or column. */
  readonly weight: number | undefined;
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
}

export type A2uiMessage =
  | {
      readonly kind: 'beginRendering';
      readonly surfaceId: string;
      readonly root: string;
      readonly font: string | undefined;
      readonly primaryColor: string | undefined;
    }
  | { readonly kind: 'surfaceUpdate'; readonly surfaceId: string; readonly components: readonly ComponentNode[] }
  | {
      readonly kind: 'dataModelUpdate';
      readonly surfaceId: string;
      readonly path: string;
      readonly contents: readonly unknown[];
    }
  | { readonly kind: 'deleteSurface'; readonly surfaceId: string };

export const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const numberIn = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const COLOR = /^#[0-9a-f]{6}$/i;

/** A message, or undefined for what is none: agents make mistakes, and one of them must not take the page away. */
export function readMessage(value: unknown): A2uiMessage | undefined {
  if (!isRecord(value)) return undefined;
  const [entry] = Object.entries(value);
  if (!entry || !isRecord(entry[1])) return undefined;
  const [kind, body] = entry;
  const surfaceId = textIn(body.surfaceId);
  if (surfaceId === undefined) return undefined;
  switch (kind) {
    case 'beginRendering': {
      const root = textIn(body.root);
      const styles = isRecord(body.styles) ? body.styles : {};
      const color = textIn(styles.primaryColor);
      const primaryColor = color !== undefined && COLOR.test(color) ? color : undefined;
      return root === undefined ? undefined : { kind, surfaceId, root, font: textIn(styles.font), primaryColor };
    }
    case 'surfaceUpdate':
      return { kind, surfaceId, components: listIn(body.components).flatMap((item) => readComponent(item) ?? []) };
    case 'dataModelUpdate':
      return { kind, surfaceId, path: textIn(body.path) ?? '/', contents: listIn(body.contents) };
    case 'deleteSurface':
      return { kind, surfaceId };
    default:
      return undefined;
  }
}

export const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function readComponent(value: unknown): ComponentNode | undefined {
  if (!isRecord(value) || typeof value.id !== 'string' || !isRecord(value.component)) return undefined;
  const [entry] = Object.entries(value.component);
  if (!entry) return undefined;
  const [type, props] = entry;
  return { id: value.id, weight: numberIn(value.weight), type, props: isRecord(props) ? props : {} };
}
