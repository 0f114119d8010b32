import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type ChatStore, sameSession } from '../chat/chat-store.ts';

interface SessionListProps {
  readonly chat: ChatStore;
  readonly open: boolean;
  readonly onClose: () => void;
}

function when(updatedAt: number): string {
  if (!updatedAt) return '';
  const at = new Date(updatedAt);
  const today = new Date().toDateString() === at.toDateString();
  return today ? at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }) : at.toLocaleDateString();
}

export function SessionList({ chat, open, onClose }: SessionListProps) {
  const filter = useSignal('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (open) field.current?.focus();
  }, [open]);
  const words = filter.value.toLowerCase();
  const shown = chat.sessions.value.filter((session) =>
    `${session.title} ${session.key}`.toLowerCase().includes(words),
  );
  const choose = (key: string): void => {
    chat.choose(key);
    onClose();
  };
  return (
    <>
      {open && <button type="button" class="scrim" aria-label="Close sessions" onClick={onClose} />}
      <nav class={`sessions ${open ? 'open' : ''}`} aria-label="Sessions" inert={!open}>
        <button
          type="button"
          class="primary"
          onClick={() => {
            chat.newSession();
            onClose();
          }}
        >
          New conversation
        </button>
        <input
          ref={field}
          type="search"
          placeholder="Find a conversation"
          aria-label="Find a conversation"
          value={filter.value}
          onInput={(event) => (filter.value = event.currentTarget.value)}
        />
        <ul>
          {shown.map((session) => (
            <li key={session.key}>
              <button
                type="button"
                aria-current={sameSession(session.key, chat.sessionKey.value)}
                onClick={() => choose(session.key)}
              >
                <span class="session-title">{session.title}</span>
                <span class="session-time">{when(session.updatedAt)}</span>
              </button>
            </li>
          ))}
        </ul>
        {shown.length === 0 && <p class="muted">{words ? 'Nothing found.' : 'No conversations yet.'}</p>}
      </nav>
    </>
  );
}
