import { render } from 'preact';
import { createChannelsStore } from './channels/channels-store.ts';
import { createChatStore } from './chat/chat-store.ts';
import { App } from './components/app.tsx';
import { createConnection } from './gateway/connection.ts';
import { createSecurityStore } from './security/security-store.ts';
import { createSettings } from './settings/settings.ts';
import './styles.css';

const settings = createSettings(window);
const connection = createConnection({
  win: window,
  url: () => settings.settings.peek().gatewayUrl,
  token: () => settings.settings.peek().token,
  password: () => settings.password,
});
const chat = createChatStore(connection, settings);
const security = createSecurityStore(connection);
const channels = createChannelsStore(connection, window);
const root = document.getElementById('app');
const stores = { channels, chat, connection, security, settings };
if (root) render(<App {...stores} />, root);
