import { render } from 'preact';
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
const root = document.getElementById('app');
if (root) render(<App chat={chat} connection={connection} security={security} settings={settings} />, root);
