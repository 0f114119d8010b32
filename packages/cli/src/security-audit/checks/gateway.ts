import { type AuditCheck, bindOf, isExposed, textsOf, when } from '../finding.ts';

const SHORT_SECRET_CHARS = 24;
/** Tools that give whoever may call them over HTTP the run of the house. */
const DANGEROUS_OVER_HTTP = ['sessions_spawn', 'sessions_send', 'gateway', 'whatsapp_login'];
const PATTERN = /[*?[\]{}^$|\\]/;

/** Who can reach the gateway, and what keeps strangers out (reference cli/doctor.md §2). */
export const gatewayChecks: AuditCheck = (premises) => {
  const { at, auth } = premises;
  const bind = bindOf(premises);
  const isLoopback = bind === 'loopback';
  const hasPage = at('gateway.controlUi.enabled') !== false;
  const hasSecret = auth.token !== undefined || auth.password !== undefined;
  const isProxied = auth.mode === 'trusted-proxy';
  const tailscale = at('gateway.tailscale.mode');
  const dangerous = textsOf(at('gateway.tools.allow')).filter((name) => DANGEROUS_OVER_HTTP.includes(name));
  const patterns = textsOf(at('gateway.nodes.denyCommands')).filter((name) => PATTERN.test(name));
  return [
    ...when(dangerous.length > 0, {
      checkId: 'gateway.tools_invoke_http.dangerous_allow',
      severity: !isLoopback || tailscale === 'funnel' ? 'critical' : 'warn',
      title: 'Powerful tools can be called over HTTP',
      detail: `gateway.tools.allow contains ${dangerous.join(', ')}.`,
      remediation: 'Remove them from gateway.tools.allow unless a program you trust needs them.',
    }),
    ...when(!isLoopback && !hasSecret && !isProxied, {
      checkId: 'gateway.bind_no_auth',
      severity: 'critical',
      title: 'The gateway is reachable and asks for no secret',
      detail: `gateway.bind is ${bind} and there is neither a token nor a password.`,
      remediation: 'Set gateway.auth.token, or bind to loopback.',
    }),
    ...when(isLoopback && hasPage && textsOf(at('gateway.trustedProxies')).length === 0, {
      checkId: 'gateway.trusted_proxies_missing',
      severity: 'warn',
      title: 'No reverse proxy is trusted',
      detail:
        'gateway.bind is loopback and gateway.trustedProxies is empty. Behind a reverse proxy every caller would then look like one of this machine.',
      remediation: 'Put the addresses of your proxy into gateway.trustedProxies, or keep the page to this machine.',
    }),
    ...when(isLoopback && hasPage && !hasSecret && !isProxied && !auth.allowTailscale, {
      checkId: 'gateway.loopback_no_auth',
      severity: 'critical',
      title: 'Every program of this machine may use the gateway',
      detail: 'gateway.bind is loopback, the page is on, and there is neither a token nor a password.',
      remediation: 'Set gateway.auth.token.',
    }),
    ...when(tailscale === 'funnel', {
      checkId: 'gateway.tailscale_funnel',
      severity: 'critical',
      title: 'The gateway is open to the internet',
      detail: 'gateway.tailscale.mode is funnel.',
      remediation: 'Use serve, which stays inside your tailnet, or off.',
    }),
    ...when(tailscale === 'serve', {
      checkId: 'gateway.tailscale_serve',
      severity: 'info',
      title: 'The gateway is open to your tailnet',
      detail: 'gateway.tailscale.mode is serve.',
    }),
    ...when(at('gateway.controlUi.allowInsecureAuth') === true, {
      checkId: 'gateway.control_ui.insecure_auth',
      severity: 'critical',
      title: 'The page takes a token without a device identity over plain HTTP',
      detail: 'gateway.controlUi.allowInsecureAuth is true.',
      remediation: 'Set it to false and use HTTPS or localhost.',
    }),
    ...when(at('gateway.controlUi.dangerouslyDisableDeviceAuth') === true, {
      checkId: 'gateway.control_ui.device_auth_disabled',
      severity: 'critical',
      title: 'The page needs no paired device',
      detail: 'gateway.controlUi.dangerouslyDisableDeviceAuth is true.',
      remediation: 'Set it to false.',
    }),
    ...when(auth.mode === 'token' && auth.token !== undefined && auth.token.length < SHORT_SECRET_CHARS, {
      checkId: 'gateway.token_too_short',
      severity: 'warn',
      title: 'The gateway token is short',
      detail: `It has ${auth.token?.length ?? 0} chars; ${SHORT_SECRET_CHARS} random ones or more are hard to guess.`,
      remediation: 'Make a new one: chela doctor --generate-gateway-token',
    }),
    ...when(!isLoopback && at('gateway.auth.rateLimit') === undefined && !isProxied, {
      checkId: 'gateway.auth_no_rate_limit',
      severity: 'warn',
      title: 'Secrets can be guessed without a limit',
      detail: `gateway.bind is ${bind} and gateway.auth.rateLimit is not set.`,
      remediation: 'Set gateway.auth.rateLimit.',
    }),
    ...when(patterns.length > 0, {
      checkId: 'gateway.nodes.deny_commands_ineffective',
      severity: 'warn',
      title: 'Some refused node commands refuse nothing',
      detail: `gateway.nodes.denyCommands takes exact names; these look like patterns: ${patterns.join(', ')}.`,
      remediation: 'Name each command in full.',
    }),
    ...when(
      ['chatCompletions', 'responses'].some((name) => at(`gateway.http.endpoints.${name}.enabled`) === true),
      {
        checkId: 'gateway.http.session_key_override_enabled',
        severity: 'info',
        title: 'Callers over HTTP may choose their session',
        detail: 'An endpoint for OpenAI clients is on; a header names the session a request belongs to.',
      },
    ),
    ...trustedProxy(premises),
    ...hooks(premises),
  ];
};

const trustedProxy = ({ at, auth }: Parameters<AuditCheck>[0]) => {
  if (auth.mode !== 'trusted-proxy') return [];
  return [
    {
      checkId: 'gateway.trusted_proxy_auth',
      severity: 'critical' as const,
      title: 'A proxy says who the caller is',
      detail: 'gateway.auth.mode is trusted-proxy: whoever can speak as the proxy is let in.',
      remediation: 'Make sure that only the proxy can reach this port.',
    },
    ...when(textsOf(at('gateway.trustedProxies')).length === 0, {
      checkId: 'gateway.trusted_proxy_no_proxies',
      severity: 'critical',
      title: 'No address of the proxy is set',
      detail: 'gateway.auth.mode is trusted-proxy and gateway.trustedProxies is empty.',
      remediation: 'Put the addresses of your proxy into gateway.trustedProxies.',
    }),
    ...when(typeof at('gateway.auth.trustedProxy.userHeader') !== 'string', {
      checkId: 'gateway.trusted_proxy_no_user_header',
      severity: 'critical',
      title: 'No header names the user',
      detail: 'gateway.auth.trustedProxy.userHeader is not set.',
      remediation: 'Set it to the header your proxy writes.',
    }),
    ...when(textsOf(at('gateway.auth.trustedProxy.allowUsers')).length === 0, {
      checkId: 'gateway.trusted_proxy_no_allowlist',
      severity: 'warn',
      title: 'Every user of the proxy is let in',
      detail: 'gateway.auth.trustedProxy.allowUsers is empty.',
      remediation: 'List who may use the assistant.',
    }),
  ];
};

const hooks: (premises: Parameters<AuditCheck>[0]) => ReturnType<typeof when> = (premises) => {
  const { at, auth } = premises;
  if (at('hooks.enabled') !== true) return [];
  const token = at('hooks.token');
  const exposed = isExposed(premises) ? 'critical' : 'warn';
  const mayChoose = at('hooks.allowRequestSessionKey') === true;
  return [
    ...when(typeof token === 'string' && token.length < SHORT_SECRET_CHARS, {
      checkId: 'hooks.token_too_short',
      severity: 'warn',
      title: 'The token of the hooks is short',
      detail: `It has ${typeof token === 'string' ? token.length : 0} chars; ${SHORT_SECRET_CHARS} random ones or more are hard to guess.`,
      remediation: 'Set a longer hooks.token.',
    }),
    ...when(typeof token === 'string' && token === auth.token, {
      checkId: 'hooks.token_reuse_gateway_token',
      severity: 'warn',
      title: 'Hooks and gateway share a token',
      detail: 'Whoever may send a hook may do everything.',
      remediation: 'Give hooks.token a value of its own.',
    }),
    ...when(at('hooks.path') === '/', {
      checkId: 'hooks.path_root',
      severity: 'critical',
      title: 'Hooks answer every address',
      detail: 'hooks.path is /.',
      remediation: 'Use a path of its own, such as /hooks.',
    }),
    ...when(typeof at('hooks.defaultSessionKey') !== 'string', {
      checkId: 'hooks.default_session_key_unset',
      severity: 'warn',
      title: 'Hooks have no session of their own',
      detail: 'hooks.defaultSessionKey is not set.',
      remediation: 'Set it, for example to hook:ingress.',
    }),
    ...when(mayChoose, {
      checkId: 'hooks.request_session_key_enabled',
      severity: exposed,
      title: 'A hook may choose the session it speaks in',
      detail: 'hooks.allowRequestSessionKey is true.',
      remediation: 'Set it to false unless callers need it.',
    }),
    ...when(mayChoose && textsOf(at('hooks.allowedSessionKeyPrefixes')).length === 0, {
      checkId: 'hooks.request_session_key_prefixes_missing',
      severity: exposed,
      title: 'A hook may speak in any session',
      detail: 'hooks.allowRequestSessionKey is true and hooks.allowedSessionKeyPrefixes is empty.',
      remediation: 'Set hooks.allowedSessionKeyPrefixes, for example to ["hook:"].',
    }),
  ];
};
