import type { KnownDanger } from './danger-table.ts';

const TAG = 'remote_access';
const REASON = 'opens a way into this machine from outside';

/** Programs that let somebody outside reach a machine behind its door. */
export const TUNNEL_DANGERS: readonly KnownDanger[] = [
  { tag: TAG, reason: REASON, program: /^(?:ssh|autossh)$/, asks: /(?:^|\s)-[a-zA-Z]*R(?:\s|\*|\d|$)|RemoteForward/ },
  {
    tag: TAG,
    reason: REASON,
    program: /^ngrok$/,
    asks: /^(?:\S+ )*?(?:tcp|tls|ssh|start)\b|^http .*(?:file:|:22\b|\b22$)/,
  },
  {
    tag: TAG,
    reason: REASON,
    program: /^cloudflared$/,
    asks: /\b(?:ssh|tcp|rdp|smb|unix):\/|\bservice install\b|--token\b/,
  },
  {
    tag: TAG,
    reason: REASON,
    program:
      /^(?:chisel|frpc|frps|bore|tmate|upterm|gs-netcat|gsocket|sshd|dropbear|telnetd|in\.telnetd|x11vnc|ligolo\S*|iodine|dnscat\S*|rathole|localtonet|pagekite|pwncat\S*|evil-winrm|msfvenom|msfconsole)$/,
    asks: /\S/,
    unless: /^(?:--?(?:version|help|[hVtT])|help|version)$/,
  },
  { tag: TAG, reason: REASON, program: /^tailscale$/, asks: /^(?:funnel|set --ssh|up\b.*--(?:ssh|auth-?key))/ },
  { tag: TAG, reason: REASON, program: /^(?:code|code-server|devtunnel)$/, asks: /^(?:tunnel|host)\b|--auth[= ]none/ },
  { tag: TAG, reason: REASON, program: /^(?:xterm|rxvt|urxvt)$/, asks: /-display \S*\d+\.\d+\.\d+\.\d+/ },
  { tag: TAG, reason: REASON, program: /^(?:lt|localtunnel)$/, asks: /--port[= ]22\b/ },
  {
    tag: TAG,
    reason: REASON,
    program: /^(?:systemsetup|dseditgroup|kickstart)$/,
    asks: /-setremotelogin on|-activate|com\.apple\.access_ssh/,
  },
];
