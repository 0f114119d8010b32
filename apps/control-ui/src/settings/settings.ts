import { effect, type Signal, signal } from '@preact/signals';

/** Kept under the name and members that the original's page uses, so that people keep what they had (reference ui/control-ui.md §2). */
const STORAGE_KEY = 'openclaw.control.settings.v1';

export type Theme = 'system' | 'light' | 'dark';

export interface Settings {
  readonly gatewayUrl: string;
  readonly token: string;
  readonly sessionKey: string;
  readonly theme: Theme;
  readonly chatShowThinking: boolean;
}

function pageGatewayUrl(location: Location): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${location.host}`;
}

function storedSettings(storage: Storage): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(storage.getItem(STORAGE_KEY) ?? '{}');
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    // A damaged entry is as good as none; the next change writes a sound one.
    return {};
  }
}

const textOr = (value: unknown, fallback: string): string =>
  typeof value === 'string' && value !== '' ? value : fallback;
const themeOf = (value: unknown): Theme => (value === 'light' || value === 'dark' ? value : 'system');

/** Takes `token`, `session` and `password` out of the address, so that none of them stays in the history. */
function takeAddressParams(
  location: Location,
  history: History,
): { token?: string; session?: string; password?: string } {
  const query = new URLSearchParams(location.search);
  const fragment = new URLSearchParams(location.hash.replace(/^#/, ''));
  const take = (name: string): string | undefined => {
    const value = fragment.get(name) ?? query.get(name) ?? undefined;
    fragment.delete(name);
    query.delete(name);
    return value;
  };
  const token = take('token');
  const password = take('password');
  const session = take('session');
  if (token !== undefined || password !== undefined || session !== undefined) {
    const search = query.size > 0 ? `?${query}` : '';
    const hash = fragment.size > 0 ? `#${fragment}` : '';
    history.replaceState(null, '', `${location.pathname}${search}${hash}`);
  }
  return {
    ...(token !== undefined && { token }),
    ...(session !== undefined && { session }),
    ...(password !== undefined && { password }),
  };
}

export interface SettingsStore {
  readonly settings: Signal<Settings>;
  /** From the address only; kept in memory, never stored. */
  readonly password: string | undefined;
  change(patch: Partial<Settings>): void;
}

/** Loads the settings, takes over what the address says, and writes every change back beside members it does not know. */
export function createSettings(win: Window): SettingsStore {
  const kept = storedSettings(win.localStorage);
  const address = takeAddressParams(win.location, win.history);
  const settings = signal<Settings>({
    gatewayUrl: pageGatewayUrl(win.location),
    token: address.token ?? textOr(kept.token, ''),
    sessionKey: address.session ?? textOr(kept.sessionKey, 'main'),
    theme: themeOf(kept.theme),
    chatShowThinking: kept.chatShowThinking === true,
  });
  effect(() => {
    win.localStorage.setItem(STORAGE_KEY, JSON.stringify({ ...kept, ...settings.value }));
  });
  effect(() => {
    const { theme } = settings.value;
    if (theme === 'system') delete win.document.documentElement.dataset.theme;
    else win.document.documentElement.dataset.theme = theme;
  });
  return {
    settings,
    password: address.password,
    change(patch) {
      settings.value = { ...settings.peek(), ...patch };
    },
  };
}
