import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ChannelsStore } from '../channels/channels-store.ts';
import type { ChatStore } from '../chat/chat-store.ts';
import type { Connection } from '../gateway/connection.ts';
import type { SecurityStore } from '../security/security-store.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { ChannelsPanel } from './channels/channels-panel.tsx';
import { Composer } from './composer.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Header } from './header.tsx';
import { MessageList } from './message-list.tsx';
import { SecurityPanel } from './security/security-panel.tsx';
import { SessionList } from './session-list.tsx';

export interface AppProps {
  readonly channels: ChannelsStore;
  readonly chat: ChatStore;
  readonly connection: Connection;
  readonly security: SecurityStore;
  readonly settings: SettingsStore;
}

export function App({ channels, chat, connection, security, settings }: AppProps) {
  const drawerOpen = useSignal(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && drawerOpen.value) drawerOpen.value = false;
      else if (event.key === 'Escape' && security.isOpen.value) security.show(false);
      else if (event.key === 'Escape' && channels.isOpen.value) channels.show(false);
      else if (event.key === 'Escape' && chat.busy.value) void chat.stop();
      else if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        drawerOpen.value = true;
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [channels, chat, drawerOpen, security]);
  return (
    <div class="shell">
      <Header
        channels={channels}
        chat={chat}
        connection={connection}
        security={security}
        settings={settings}
        onSessions={() => (drawerOpen.value = !drawerOpen.value)}
        sessionsOpen={drawerOpen.value}
      />
      <SessionList chat={chat} open={drawerOpen.value} onClose={() => (drawerOpen.value = false)} />
      <main class="chat">
        <ConnectionBanner connection={connection} settings={settings} />
        <MessageList chat={chat} showThinking={settings.settings.value.chatShowThinking} />
        <Composer chat={chat} connected={connection.state.value.kind === 'ready'} />
        {security.isOpen.value && <SecurityPanel security={security} />}
        {channels.isOpen.value && <ChannelsPanel channels={channels} />}
      </main>
    </div>
  );
}
