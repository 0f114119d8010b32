import { type AuditCheck, type AuditFinding, type Premises, sectionOf, textsOf, when } from '../finding.ts';

const LONG_LIST = 25;
const LEGACY_MODEL = /gpt-3\.5|claude-instant|claude-2|gpt-4-0314|gpt-4-0613/i;
const SMALL_PARAMS_BILLIONS = 300;
const ENTRIES_SHOWN = 5;
const DANGEROUS_BINDS = ['/etc', '/proc', '/sys', '/dev', '/root', '/boot', '/run', '/var/run', '/var/run/docker.sock'];

/** What agents may do: elevated tools, models, sandboxes (reference cli/doctor.md §2). */
export const agentChecks: AuditCheck = (premises) => [
  ...elevated(premises),
  ...profiles(premises),
  ...models(premises),
  ...sandboxes(premises),
  ...browser(premises),
  ...when(premises.at('logging.redactSensitive') === 'off', {
    checkId: 'logging.redact_off',
    severity: 'warn',
    title: 'Logs may hold secrets',
    detail: 'logging.redactSensitive is off.',
    remediation: 'Set it to tools.',
  }),
];

function elevated({ at }: Premises): readonly AuditFinding[] {
  if (at('tools.elevated.enabled') === false) return [];
  return Object.entries(sectionOf(at('tools.elevated.allowFrom'))).flatMap(([provider, value]) => {
    const list = textsOf(value);
    return [
      ...when(list.includes('*'), {
        checkId: `tools.elevated.allowFrom.${provider}.wildcard`,
        severity: 'critical',
        title: 'Anybody may use elevated tools',
        detail: `tools.elevated.allowFrom.${provider} contains "*".`,
        remediation: 'List the people who may.',
      }),
      ...when(list.length > LONG_LIST, {
        checkId: `tools.elevated.allowFrom.${provider}.large`,
        severity: 'warn',
        title: 'Many people may use elevated tools',
        detail: `tools.elevated.allowFrom.${provider} has ${list.length} entries.`,
        remediation: 'Shorten the list.',
      }),
    ];
  });
}

function agentsOf({ at }: Premises): readonly Readonly<Record<string, unknown>>[] {
  const list = at('agents.list');
  return Array.isArray(list) ? list.map(sectionOf) : [];
}

function profiles(premises: Premises): readonly AuditFinding[] {
  if (premises.at('tools.profile') !== 'minimal') return [];
  const others = agentsOf(premises).filter(({ tools }) => {
    const { profile } = sectionOf(tools);
    return profile !== undefined && profile !== 'minimal';
  });
  return when(others.length > 0, {
    checkId: 'tools.profile_minimal_overridden',
    severity: 'warn',
    title: 'Some agents have more than the minimal tools',
    detail: `tools.profile is minimal, but these agents have another: ${others.map(({ id }) => id).join(', ')}.`,
  });
}

/** Models that answer, primary and fallback, of the defaults and of each agent. */
function modelIds(premises: Premises): readonly string[] {
  const choices = [premises.at('agents.defaults.model'), ...agentsOf(premises).map(({ model }) => model)];
  const ids = choices.flatMap((choice) => {
    if (typeof choice === 'string') return [choice];
    const { primary, fallbacks } = sectionOf(choice);
    return [...(typeof primary === 'string' ? [primary] : []), ...textsOf(fallbacks)];
  });
  return [...new Set(ids)];
}

function models(premises: Premises): readonly AuditFinding[] {
  const ids = modelIds(premises);
  const named = (test: (id: string) => boolean): string[] => ids.filter(test);
  const legacy = named((id) => LEGACY_MODEL.test(id));
  const weak = named((id) => !LEGACY_MODEL.test(id) && isWeak(id));
  const small = named((id) => (billions(id) ?? Number.POSITIVE_INFINITY) <= SMALL_PARAMS_BILLIONS);
  const isContained = premises.at('agents.defaults.sandbox.mode') === 'all' && !hasWebTools(premises);
  return [
    ...when(legacy.length > 0, {
      checkId: 'models.legacy',
      severity: 'warn',
      title: 'An old model answers',
      detail: `Old models follow injected instructions easily: ${shown(legacy)}.`,
      remediation: 'Choose a present one for agents that use tools.',
    }),
    ...when(weak.length > 0, {
      checkId: 'models.weak_tier',
      severity: 'warn',
      title: 'A small tier answers',
      detail: `Small tiers follow injected instructions more easily: ${shown(weak)}.`,
      remediation: 'Choose the best tier for agents that use tools or read what strangers write.',
    }),
    ...when(small.length > 0, {
      checkId: 'models.small_params',
      severity: isContained ? 'info' : 'critical',
      title: isContained ? 'A small model answers in a sandbox' : 'A small model answers without a sandbox',
      detail: `${shown(small)}; ${isContained ? 'every session is sandboxed and has no web tools.' : 'not every session is sandboxed, or it has web tools.'}`,
      remediation: 'Set agents.defaults.sandbox.mode to all and deny group:web and browser.',
    }),
  ];
}

function shown(ids: readonly string[]): string {
  const more = ids.length - ENTRIES_SHOWN;
  return `${ids.slice(0, ENTRIES_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function isWeak(id: string): boolean {
  if (/haiku/i.test(id)) return true;
  const gpt = /\bgpt-(\d+)/i.exec(id)?.[1];
  if (gpt !== undefined) return Number(gpt) < 5;
  const claude = /claude-(?:[a-z]+-)?(\d+)[-.]?(\d{1,2})?(?!\d)/i.exec(id);
  return claude !== null && Number(claude[1]) + Number(claude[2] ?? 0) / 10 < 4.5;
}

function billions(id: string): number | undefined {
  const found = /(?:^|[^a-z0-9])(\d+(?:\.\d+)?)b(?![a-z0-9])/i.exec(id)?.[1];
  return found === undefined ? undefined : Number(found);
}

function hasWebTools({ at }: Premises): boolean {
  const denied = textsOf(at('tools.deny'));
  if (denied.includes('*') || (denied.includes('group:web') && denied.includes('browser'))) return false;
  return ['tools.web.search.enabled', 'tools.web.fetch.enabled', 'browser.enabled'].some((path) => at(path) !== false);
}

function sandboxes(premises: Premises): readonly AuditFinding[] {
  const places = [
    { name: 'agents.defaults.sandbox', sandbox: sectionOf(premises.at('agents.defaults.sandbox')) },
    ...agentsOf(premises).map(({ id, sandbox }) => ({
      name: `agents.list(${id}).sandbox`,
      sandbox: sectionOf(sandbox),
    })),
  ];
  return places.flatMap(({ name, sandbox }) => {
    const docker = sectionOf(sandbox.docker);
    const sources = textsOf(docker.binds).map((bind) => bind.split(':')[0] ?? '');
    const relative = sources.filter((source) => !source.startsWith('/'));
    const dangerous = sources.filter((source) => source.startsWith('/') && covers(source));
    const unconfined = (key: string): boolean => docker[key] === 'unconfined';
    const mode = sandbox.mode ?? premises.at('agents.defaults.sandbox.mode') ?? 'off';
    return [
      ...when(mode === 'off' && Object.keys(docker).length > 0, {
        checkId: 'sandbox.docker_config_mode_off',
        severity: 'warn',
        title: 'A sandbox is set up but not used',
        detail: `${name}.docker has settings, but the mode is off.`,
        remediation: 'Set the mode to non-main or all.',
      }),
      ...when(relative.length > 0, {
        checkId: 'sandbox.bind_mount_non_absolute',
        severity: 'warn',
        title: 'A folder of the sandbox has no full path',
        detail: `${name}.docker.binds: ${relative.join(', ')}.`,
        remediation: 'Write the full path.',
      }),
      ...when(dangerous.length > 0, {
        checkId: 'sandbox.dangerous_bind_mount',
        severity: 'critical',
        title: 'The sandbox can see folders of the system',
        detail: `${name}.docker.binds: ${dangerous.join(', ')}.`,
        remediation: 'Share only folders of the work.',
      }),
      ...when(docker.network === 'host', {
        checkId: 'sandbox.dangerous_network_mode',
        severity: 'critical',
        title: 'The sandbox uses the network of this machine',
        detail: `${name}.docker.network is host.`,
        remediation: 'Use none or bridge.',
      }),
      ...when(unconfined('seccompProfile'), {
        checkId: 'sandbox.dangerous_seccomp_profile',
        severity: 'critical',
        title: 'The sandbox may use every system call',
        detail: `${name}.docker.seccompProfile is unconfined.`,
        remediation: 'Remove the setting.',
      }),
      ...when(unconfined('apparmorProfile'), {
        checkId: 'sandbox.dangerous_apparmor_profile',
        severity: 'critical',
        title: 'The sandbox has no AppArmor profile',
        detail: `${name}.docker.apparmorProfile is unconfined.`,
        remediation: 'Remove the setting.',
      }),
    ];
  });
}

/** A folder of the system, what lies in it, or what it lies in. */
function covers(source: string): boolean {
  const path = source.replace(/^\/private(?=\/)/, '').replace(/\/+$/, '') || '/';
  return DANGEROUS_BINDS.some(
    (bad) => path === '/' || path === bad || path.startsWith(`${bad}/`) || bad.startsWith(`${path}/`),
  );
}

/** Why the browser's address cannot be used; nothing said means one of its own. */
function cdpProblem(cdpUrl: unknown): string | undefined {
  if (typeof cdpUrl !== 'string' || cdpUrl.trim() === '') return undefined;
  if (!URL.canParse(cdpUrl)) return 'browser.cdpUrl is no address.';
  const { protocol } = new URL(cdpUrl);
  return /^https?:$/.test(protocol) ? undefined : `browser.cdpUrl must be http(s), not ${protocol.slice(0, -1)}.`;
}

function browser({ at, auth }: Premises): readonly AuditFinding[] {
  const problem = cdpProblem(at('browser.cdpUrl'));
  if (problem !== undefined) {
    return [
      {
        checkId: 'browser.control_invalid_config',
        severity: 'warn',
        title: 'The settings of the browser cannot be used',
        detail: problem,
        remediation: 'Correct browser.cdpUrl, or remove it.',
      },
    ];
  }
  const places = [
    { path: 'browser', section: at('browser') },
    ...Object.entries(sectionOf(at('browser.profiles'))).map(([name, section]) => ({
      path: `browser.profiles.${name}`,
      section,
    })),
  ];
  const remote = places.filter(({ section }) => {
    const { cdpUrl } = sectionOf(section);
    return (
      typeof cdpUrl === 'string' && cdpUrl.startsWith('http://') && !/\/\/(?:127\.|localhost|\[::1\])/.test(cdpUrl)
    );
  });
  const hasSecret = auth.token !== undefined || auth.password !== undefined;
  return [
    ...when(at('browser.enabled') !== false && !hasSecret && auth.mode !== 'trusted-proxy', {
      checkId: 'browser.control_no_auth',
      severity: 'critical',
      title: 'The browser can be steered without a secret',
      detail: 'The browser is on and the gateway has neither a token nor a password.',
      remediation: 'Set gateway.auth.token.',
    }),
    ...remote.map(({ path }) => ({
      checkId: 'browser.remote_cdp_http',
      severity: 'warn' as const,
      title: 'A browser elsewhere is steered over plain HTTP',
      detail: `${path}.cdpUrl is an http address of another machine.`,
      remediation: 'Use a tunnel or https.',
    })),
  ];
}
