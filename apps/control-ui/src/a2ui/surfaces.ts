import { contentsValue, pathSegments, withValue } from './data-model.ts';
import type { A2uiMessage, ComponentNode } from './messages.ts';

/** One area that an agent draws; shown once it has a root. */
export interface Surface {
  readonly id: string;
  readonly root: string | undefined;
  readonly font: string | undefined;
  readonly primaryColor: string | undefined;
  readonly components: ReadonlyMap<string, ComponentNode>;
  readonly data: unknown;
}

export type Surfaces = ReadonlyMap<string, Surface>;

/** More than a page can show; an agent that invents a name for every message runs in circles. */
const SURFACES_LIMIT = 64;

const newSurface = (id: string): Surface => ({
  id,
  root: undefined,
  font: undefined,
  primaryColor: undefined,
  components: new Map(),
  data: {},
});

/** The surfaces after a message. Pure. */
export function applyMessage(surfaces: Surfaces, message: A2uiMessage): Surfaces {
  const { surfaceId } = message;
  if (message.kind === 'deleteSurface') return new Map([...surfaces].filter(([id]) => id !== surfaceId));
  const before = surfaces.get(surfaceId);
  if (!before && surfaces.size >= SURFACES_LIMIT) return surfaces;
  return new Map(surfaces).set(surfaceId, changed(before ?? newSurface(surfaceId), message));
}

function changed(surface: Surface, message: Exclude<A2uiMessage, { kind: 'deleteSurface' }>): Surface {
  switch (message.kind) {
    case 'beginRendering':
      return { ...surface, root: message.root, font: message.font, primaryColor: message.primaryColor };
    case 'surfaceUpdate': {
      const added = message.components.map((component) => [component.id, component] as const);
      return { ...surface, components: new Map([...surface.components, ...added]) };
    }
    case 'dataModelUpdate': {
      const data = withValue(surface.data, pathSegments(message.path), contentsValue(message.contents));
      return { ...surface, data };
    }
  }
}

/** The surfaces after somebody used an input. */
export function withInput(
  surfaces: Surfaces,
  surfaceId: string,
  segments: readonly string[],
  value: unknown,
): Surfaces {
  const surface = surfaces.get(surfaceId);
  if (!surface) return surfaces;
  return new Map(surfaces).set(surfaceId, { ...surface, data: withValue(surface.data, segments, value) });
}
