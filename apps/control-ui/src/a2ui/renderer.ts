import { type ReadonlySignal, signal } from '@preact/signals';
import { readMessage } from './messages.ts';
import { applyMessage, type Surfaces, withInput } from './surfaces.ts';

/** What apps call on the page: `globalThis.openclawA2UI` (reference nodes/browser-canvas-voice.md §B3). */
export interface A2uiHost {
  applyMessages(messages: unknown): { readonly ok: true; readonly surfaces: readonly string[] };
  reset(): { readonly ok: true };
  getSurfaces(): readonly string[];
}

export interface A2uiRenderer {
  readonly surfaces: ReadonlySignal<Surfaces>;
  readonly host: A2uiHost;
  /** Stores what somebody typed or chose. */
  write(surfaceId: string, segments: readonly string[], value: unknown): void;
}

export function createRenderer(): A2uiRenderer {
  const surfaces = signal<Surfaces>(new Map());
  const ids = (): readonly string[] => [...surfaces.peek().keys()];
  return {
    surfaces,
    host: {
      applyMessages(messages) {
        if (!Array.isArray(messages)) throw new TypeError('applyMessages takes a list of A2UI messages');
        surfaces.value = messages
          .flatMap((message) => readMessage(message) ?? [])
          .reduce<Surfaces>(applyMessage, surfaces.peek());
        return { ok: true, surfaces: ids() };
      },
      reset() {
        surfaces.value = new Map();
        return { ok: true };
      },
      getSurfaces: ids,
    },
    write(surfaceId, segments, value) {
      surfaces.value = withInput(surfaces.peek(), surfaceId, segments, value);
    },
  };
}
