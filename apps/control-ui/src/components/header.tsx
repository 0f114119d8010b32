import type { ChannelsStore } from '../channels/channels-store.ts';
import type { ChatStore } from '../chat/chat-store.ts';
import type { Connection, ConnectionState } from '../gateway/connection.ts';
import type { SecurityStore } from '../security/security-store.ts';
import type { SettingsStore, Theme } from '../settings/settings.ts';

interface HeaderProps {
  readonly channels: ChannelsStore;
  readonly chat: ChatStore;
  readonly connection: Connection;
  readonly security: SecurityStore;
  readonly settings: SettingsStore;
  readonly onSessions: () => void;
  readonly sessionsOpen: boolean;
}

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const THEME_SIGNS: Record<Theme, string> = { system: '◐', light: '☀', dark: '☾' };
const STATE_TEXTS: Record<ConnectionState['kind'], string> = {
  connecting: 'Connecting',
  ready: 'Connected',
  waiting: 'Reconnecting',
  refused: 'Not allowed in',
};

export function Header({ channels, chat, connection, security, settings, onSessions, sessionsOpen }: HeaderProps) {
  const { theme, chatShowThinking } = settings.settings.value;
  const { kind } = connection.state.value;
  const current = chat.sessions.value.find(
    (session) => session.key === chat.sessionKey.value || session.key === `agent:main:${chat.sessionKey.value}`,
  );
  const waiting = security.approvals.value.length;
  const nextTheme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return (
    <header class="top">
      <button
        type="button"
        class="icon-button"
        aria-label="Sessions"
        aria-expanded={sessionsOpen}
        title="Sessions (Ctrl K)"
        onClick={onSessions}
      >
        ☰
      </button>
      <div class="top-title">
        <h1>{current?.title ?? chat.sessionKey.value}</h1>
        <p class="top-model">{chat.model.value}</p>
      </div>
      <output class={`state state-${kind}`} aria-live="polite" data-testid="connection-state">
        <span class="dot" aria-hidden="true" />
        <span class="state-text">{STATE_TEXTS[kind]}</span>
      </output>
      <button
        type="button"
        class="icon-button"
        aria-pressed={channels.isOpen.value}
        title="Channels"
        aria-label="Channels"
        onClick={() => {
          security.show(false);
          channels.show(!channels.isOpen.value);
        }}
      >
        <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
          <path d="M4 5h16v11H9l-5 4z" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round" />
        </svg>
      </button>
      <button
        type="button"
        class="icon-button shield"
        aria-pressed={security.isOpen.value}
        title="Security"
        aria-label={waiting > 0 ? `Security, ${waiting} waiting for you` : 'Security'}
        onClick={() => {
          channels.show(false);
          security.show(!security.isOpen.value);
        }}
      >
        <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
          <path d="M12 3l7 3v5c0 4.5-3 8-7 10-4-2-7-5.5-7-10V6z" fill="none" stroke="currentColor" stroke-width="1.8" />
        </svg>
        {waiting > 0 && <span class="badge">{waiting}</span>}
      </button>
      <button
        type="button"
        class="icon-button"
        aria-pressed={chatShowThinking}
        title="Show thinking"
        aria-label="Show thinking"
        onClick={() => settings.change({ chatShowThinking: !chatShowThinking })}
      >
        ✳
      </button>
      <button
        type="button"
        class="icon-button"
        title={`Theme: ${theme}`}
        aria-label={`Theme: ${theme}. Switch to ${nextTheme}`}
        onClick={() => settings.change({ theme: nextTheme })}
      >
        {THEME_SIGNS[theme]}
      </button>
    </header>
  );
}
