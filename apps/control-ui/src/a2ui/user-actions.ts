import { type ReadonlySignal, signal } from '@preact/signals';
import { isRecord } from '../json-record.ts';

/** Sends what people do to the app that shows the page, and says how it went (reference nodes/browser-canvas-voice.md §B2). */
export interface UserActions {
  /** The notice to show, if any. */
  readonly notice: ReadonlySignal<Notice | undefined>;
  /** Ids of the components whose action has no answer yet. */
  readonly waiting: ReadonlySignal<ReadonlySet<string>>;
  send(action: UserAction): void;
}

interface Notice {
  readonly kind: 'sending' | 'working' | 'failed';
  readonly text: string;
}

export interface UserAction {
  readonly name: string;
  readonly surfaceId: string;
  readonly sourceComponentId: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** The window as far as actions need it. */
export interface ActionWindow {
  openclawSendUserAction?: (action: object) => boolean;
  addEventListener(type: string, listener: (event: Event) => void): void;
}

const NOTICE_MS = 4_000;
/** An app that never answers must not keep a button waiting. */
const ANSWER_WAIT_MS = 30_000;

export function createUserActions(win: ActionWindow): UserActions {
  const notice = signal<Notice | undefined>(undefined);
  const pending = signal<ReadonlyMap<string, string>>(new Map());
  const waiting = signal<ReadonlySet<string>>(new Set());
  let hide: ReturnType<typeof setTimeout> | undefined;

  function show(next: Notice, forMs: number): void {
    clearTimeout(hide);
    notice.value = next;
    hide = setTimeout(() => {
      notice.value = undefined;
    }, forMs);
  }

  function setPending(next: ReadonlyMap<string, string>): void {
    pending.value = next;
    waiting.value = new Set(next.values());
  }

  const forget = (id: string): void => setPending(new Map([...pending.peek()].filter(([known]) => known !== id)));

  win.addEventListener('openclaw:a2ui-action-status', (event) => {
    const detail: unknown = event instanceof CustomEvent ? event.detail : undefined;
    if (!isRecord(detail) || typeof detail.id !== 'string') return;
    const known = pending.peek().has(detail.id);
    forget(detail.id);
    if (!known) return;
    if (detail.ok === true) show({ kind: 'working', text: 'Working' }, NOTICE_MS);
    else
      show(
        { kind: 'failed', text: `Failed: ${typeof detail.error === 'string' ? detail.error : 'unknown'}` },
        NOTICE_MS,
      );
  });

  return {
    notice,
    waiting,
    send(action) {
      const id = crypto.randomUUID?.() ?? String(Date.now());
      const sent = win.openclawSendUserAction?.({ ...action, id, timestamp: new Date().toISOString() }) ?? false;
      if (!sent) {
        show({ kind: 'failed', text: 'Failed: missing native bridge' }, NOTICE_MS);
        return;
      }
      setPending(new Map(pending.peek()).set(id, action.sourceComponentId));
      show({ kind: 'sending', text: 'Sending' }, ANSWER_WAIT_MS);
      setTimeout(() => forget(id), ANSWER_WAIT_MS);
    },
  };
}
