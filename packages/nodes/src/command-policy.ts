/** Which commands a node may be asked for, by its platform (reference nodes/nodes.md §4). Pure. */

export interface NodePlatformFacts {
  readonly platform?: string;
  readonly deviceFamily?: string;
}

/** `gateway.nodes` of the configuration. */
export interface NodeCommandSettings {
  readonly allowCommands?: readonly string[];
  readonly denyCommands?: readonly string[];
}

type PlatformId = 'ios' | 'android' | 'macos' | 'linux' | 'windows' | 'unknown';

const CANVAS = ['present', 'hide', 'navigate', 'eval', 'snapshot', 'a2ui.push', 'a2ui.pushJSONL', 'a2ui.reset'].map(
  (name) => `canvas.${name}`,
);
const SENSORS = ['camera.list', 'location.get'];
const PERSONAL = [
  'device.info',
  'device.status',
  'contacts.search',
  'calendar.events',
  'reminders.list',
  'photos.latest',
  'motion.activity',
  'motion.pedometer',
];
const NOTIFY = ['system.notify'];
const HOST = ['system.run', 'system.which', 'browser.proxy'];

const DEFAULTS: Readonly<Record<PlatformId, readonly string[]>> = {
  ios: [...CANVAS, ...SENSORS, ...PERSONAL, ...NOTIFY],
  android: [...CANVAS, ...SENSORS, ...PERSONAL],
  macos: [...CANVAS, ...SENSORS, ...PERSONAL, ...NOTIFY, ...HOST],
  linux: [...NOTIFY, ...HOST],
  windows: [...NOTIFY, ...HOST],
  unknown: [...CANVAS, ...SENSORS, ...NOTIFY, ...HOST],
};

const PREFIXES: readonly (readonly [string, PlatformId])[] = [
  ['ios', 'ios'],
  ['android', 'android'],
  ['mac', 'macos'],
  ['darwin', 'macos'],
  ['win', 'windows'],
  ['linux', 'linux'],
];
const FAMILIES: readonly (readonly [string, PlatformId])[] = [
  ['iphone', 'ios'],
  ['ipad', 'ios'],
  ['ios', 'ios'],
  ['android', 'android'],
  ['mac', 'macos'],
  ['windows', 'windows'],
  ['linux', 'linux'],
];

function platformId({ platform, deviceFamily }: NodePlatformFacts): PlatformId {
  const name = platform?.trim().toLowerCase() ?? '';
  const family = deviceFamily?.trim().toLowerCase() ?? '';
  const byName = PREFIXES.find(([prefix]) => name.startsWith(prefix));
  return (byName ?? FAMILIES.find(([word]) => family.includes(word)))?.[1] ?? 'unknown';
}

const trimmed = (names: readonly string[] | undefined): readonly string[] => (names ?? []).map((name) => name.trim());

/** The commands that may reach a node of this platform. */
export function allowedCommands(facts: NodePlatformFacts, settings: NodeCommandSettings): ReadonlySet<string> {
  const denied = new Set(trimmed(settings.denyCommands));
  const all = [...DEFAULTS[platformId(facts)], ...trimmed(settings.allowCommands)];
  return new Set(all.filter((name) => name !== '' && !denied.has(name)));
}

/** Why a command may not be sent to a node, or undefined when it may. `declared` is what the node said it answers. */
export function commandRefusal(
  command: string,
  allowed: ReadonlySet<string>,
  declared: readonly string[],
): string | undefined {
  if (!allowed.has(command)) return 'command not allowlisted';
  if (declared.length === 0) return 'node did not declare commands';
  return declared.includes(command) ? undefined : 'command not declared by node';
}
