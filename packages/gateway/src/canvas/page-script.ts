/** What every canvas page gets: the way to the app that shows it, and the reload (reference nodes/browser-canvas-voice.md §B1, §B2). */

const BRIDGE = `
  const BRIDGE = 'openclawCanvasA2UIAction';
  const post = (payload) => {
    try {
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
      // Called as members of their owners: Android's objects insist on it.
      for (const owner of [globalThis.webkit?.messageHandlers, globalThis]) {
        if (typeof owner?.[BRIDGE]?.postMessage !== 'function') continue;
        owner[BRIDGE].postMessage(text);
        return true;
      }
    } catch {}
    return false;
  };
  const act = (action) => {
    const given = typeof action?.id === 'string' ? action.id.trim() : '';
    const id = given || globalThis.crypto?.randomUUID?.() || String(Date.now());
    return post({ userAction: { ...action, id } });
  };
  Object.assign((globalThis.OpenClaw ??= {}), { postMessage: post, sendUserAction: act });
  Object.assign(globalThis, { openclawPostMessage: post, openclawSendUserAction: act });`;

const RELOAD = `
  try {
    const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/__openclaw__/ws');
    socket.onmessage = ({ data }) => { if (data === 'reload') location.reload(); };
  } catch {}`;

/** Puts the script before the end of the body, or after a page that has none. */
export function withPageScript(html: string, liveReload: boolean): string {
  const script = `<script>\n(() => {${BRIDGE}${liveReload ? RELOAD : ''}\n})();\n</script>\n`;
  const at = html.toLowerCase().lastIndexOf('</body>');
  return at < 0 ? `${html}\n${script}` : `${html.slice(0, at)}${script}${html.slice(at)}`;
}
