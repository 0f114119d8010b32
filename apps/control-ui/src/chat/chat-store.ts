import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Connection, GatewayEvent } from '../gateway/connection.ts';
import { isRecord } from '../json-record.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { type LiveTurn, startTurn, withEnd, withText, withToolOutput, withToolStart } from './live-turn.ts';
import { sessionTitle } from './session-title.ts';
import { textOf, type ViewItem, viewItems } from './view-items.ts';

export interface Attachment {
  readonly name: string;
  readonly mimeType: string;
  /** A data URL, as shown in the preview. */
  readonly url: string;
}

export interface SessionChoice {
  readonly key: string;
  readonly title: string;
  readonly updatedAt: number;
}

interface Outgoing {
  readonly id: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly at: number;
  readonly state: 'sending' | 'sent' | 'failed';
}

export interface ChatStore {
  readonly items: ReadonlySignal<readonly ViewItem[]>;
  readonly live: ReadonlySignal<readonly LiveTurn[]>;
  readonly sessions: Signal<readonly SessionChoice[]>;
  readonly sessionKey: ReadonlySignal<string>;
  readonly busy: ReadonlySignal<boolean>;
  readonly notice: Signal<string | undefined>;
  readonly loading: Signal<boolean>;
  readonly model: Signal<string>;
  send(text: string, attachments: readonly Attachment[]): Promise<void>;
  stop(): Promise<void>;
  choose(sessionKey: string): void;
  newSession(): void;
}

const HISTORY_LIMIT = 200;
const SESSION_LIMIT = 100;
const MAX_LIVE_TURNS = 20;

const list = (value: unknown, key: string): readonly unknown[] =>
  isRecord(value) && Array.isArray(value[key]) ? value[key] : [];

/** True when two names mean one session: `main` and `agent:main:main`, `x` and `agent:main:x`. */
export function sameSession(a: string, b: string): boolean {
  const full = (key: string): string => (key.startsWith('agent:') ? key : `agent:main:${key}`);
  return full(a) === full(b);
}

/** The chat of the chosen session: stored items, turns that run now, and messages on their way. */
export function createChatStore(connection: Connection, store: SettingsStore): ChatStore {
  const stored = signal<readonly ViewItem[]>([]);
  const live = signal<readonly LiveTurn[]>([]);
  const outgoing = signal<readonly Outgoing[]>([]);
  const sessions = signal<readonly SessionChoice[]>([]);
  const notice = signal<string | undefined>(undefined);
  const loading = signal(false);
  const model = signal('');
  const sessionKey = computed(() => store.settings.value.sessionKey);
  const busy = computed(
    () =>
      live.value.some((turn) => turn.state === 'running') ||
      outgoing.value.some((message) => message.state === 'sending'),
  );
  const items = computed(() => [...stored.value, ...outgoing.value.map(outgoingItem)]);
  let historyAsked = 0;

  const report = (error: unknown): void => {
    notice.value = error instanceof Error ? error.message : String(error);
  };

  const loadHistory = async (): Promise<void> => {
    const key = sessionKey.peek();
    historyAsked += 1;
    const asked = historyAsked;
    try {
      const answer = await connection.request('chat.history', { sessionKey: key, limit: HISTORY_LIMIT });
      if (asked !== historyAsked || key !== sessionKey.peek()) return;
      batch(() => {
        stored.value = viewItems(list(answer, 'messages'));
        live.value = live.value.filter((turn) => turn.state === 'running');
        outgoing.value = outgoing.value.filter(
          (message) =>
            message.state !== 'sent' || live.value.some((turn) => turn.runId === message.id && turn.parts.length === 0),
        );
        loading.value = false;
      });
    } catch (error) {
      loading.value = false;
      report(error);
    }
  };

  const loadSessions = async (): Promise<void> => {
    try {
      const answer = await connection.request('sessions.list', {
        includeGlobal: true,
        includeUnknown: false,
        limit: SESSION_LIMIT,
        includeDerivedTitles: true,
        includeLastMessage: true,
      });
      sessions.value = list(answer, 'sessions')
        .filter(isRecord)
        .map((row) => ({
          key: String(row.key),
          title: sessionTitle({ ...row, key: String(row.key) }),
          updatedAt: Number(row.updatedAt ?? 0),
        }));
      const defaults = isRecord(answer) && isRecord(answer.defaults) ? answer.defaults : {};
      model.value = [defaults.modelProvider, defaults.model].filter((part) => typeof part === 'string').join('/');
    } catch (error) {
      report(error);
    }
  };

  const change = (runId: string, step: (turn: LiveTurn) => LiveTurn): void => {
    const turns = live.peek();
    const found = turns.find((turn) => turn.runId === runId);
    const next = step(found ?? startTurn(runId));
    live.value = found
      ? turns.map((turn) => (turn.runId === runId ? next : turn))
      : [...turns, next].slice(-MAX_LIVE_TURNS);
  };

  const onAgent = (payload: Record<string, unknown>, runId: string): void => {
    const data = isRecord(payload.data) ? payload.data : {};
    if (payload.stream === 'assistant' && typeof data.text === 'string') {
      const { text } = data;
      change(runId, (turn) => withText(turn, text));
    }
    if (payload.stream === 'lifecycle' && data.phase === 'start') change(runId, (turn) => turn);
    if (payload.stream !== 'tool') return;
    const id = String(data.toolCallId);
    if (data.phase === 'start') change(runId, (turn) => withToolStart(turn, id, String(data.name), data.args));
    else if (data.phase === 'update')
      change(runId, (turn) => withToolOutput(turn, id, outputOf(data.partialResult), 'running'));
    else
      change(runId, (turn) =>
        withToolOutput(turn, id, outputOf(data.result), data.isError === true ? 'failed' : 'done'),
      );
  };

  const onChat = (payload: Record<string, unknown>, runId: string): void => {
    const message = isRecord(payload.message) ? payload.message : undefined;
    if (payload.state === 'delta' && message)
      return change(runId, (turn) => (turn.parts.length === 0 ? withText(turn, textOf(message.content)) : turn));
    const error = payload.state === 'error' ? String(payload.errorMessage ?? 'the turn failed') : undefined;
    change(runId, (turn) => withEnd(turn, error));
    void loadHistory();
    void loadSessions();
  };

  const onEvent = ({ event, payload }: GatewayEvent): void => {
    if ((event !== 'agent' && event !== 'chat') || !isRecord(payload)) return;
    if (typeof payload.sessionKey !== 'string' || typeof payload.runId !== 'string') return;
    if (!sameSession(payload.sessionKey, sessionKey.peek())) return;
    if (event === 'agent') onAgent(payload, payload.runId);
    else onChat(payload, payload.runId);
  };

  const resend = async (message: Outgoing): Promise<void> => {
    const attachments = message.attachments.map(({ mimeType, url, name }) => ({
      type: 'image',
      mimeType,
      fileName: name,
      content: url.slice(url.indexOf(',') + 1),
    }));
    const params = {
      sessionKey: sessionKey.peek(),
      message: message.text,
      deliver: false,
      idempotencyKey: message.id,
      ...(attachments.length > 0 && { attachments }),
    };
    const mark = (state: Outgoing['state']): void => {
      outgoing.value = outgoing.value.map((other) => (other.id === message.id ? { ...other, state } : other));
    };
    try {
      await connection.request('chat.send', params);
      mark('sent');
    } catch (error) {
      // Not connected: it stays queued and goes out, under the same key, once the gateway is back.
      if (connection.state.peek().kind === 'ready') {
        mark('failed');
        report(error);
      }
    }
  };

  connection.onEvent(onEvent);
  effect(() => {
    if (connection.state.value.kind !== 'ready') return;
    void sessionKey.value;
    loading.value = stored.peek().length === 0;
    live.value = [];
    void loadHistory().then(() =>
      Promise.all(
        outgoing
          .peek()
          .filter((message) => message.state === 'sending')
          .map(resend),
      ),
    );
    void loadSessions();
  });

  return {
    items,
    live,
    sessions,
    sessionKey,
    busy,
    notice,
    loading,
    model,
    async send(text, attachments) {
      notice.value = undefined;
      const message: Outgoing = { id: crypto.randomUUID(), text, attachments, at: Date.now(), state: 'sending' };
      outgoing.value = [...outgoing.value, message];
      await resend(message);
    },
    async stop() {
      try {
        await connection.request('chat.abort', { sessionKey: sessionKey.peek() });
      } catch (error) {
        report(error);
      }
    },
    choose(key) {
      if (key === sessionKey.peek()) return;
      batch(() => {
        stored.value = [];
        outgoing.value = [];
        store.change({ sessionKey: key });
      });
    },
    newSession() {
      const stamp = new Date().toISOString().slice(0, 16).replace('T', '-').replace(':', '');
      this.choose(`agent:main:chat-${stamp}-${crypto.randomUUID().slice(0, 4)}`);
    },
  };
}

function outgoingItem(message: Outgoing): ViewItem {
  return {
    kind: 'user',
    id: `o${message.id}`,
    text: message.text,
    images: message.attachments.map((file) => file.url),
    at: message.at,
    pending: message.state === 'sending',
  };
}

function outputOf(result: unknown): string | undefined {
  if (typeof result === 'string') return result;
  const text = isRecord(result) ? textOf(result.content) : '';
  return text || undefined;
}
