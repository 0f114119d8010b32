/** The rules of the layer test, as data: who may import whom, what is pure, who may block at start. */

/** Layer of every package and app; an import only points to a lower number. */
const LAYERS: Readonly<Record<string, number>> = {
  'packages/protocol': 1,
  'packages/observability': 1,
  'packages/channel-lab': 1,
  'packages/config': 2,
  'packages/store': 2,
  'packages/models': 3,
  'packages/skills': 3,
  'packages/hooks': 4,
  'packages/defender': 3,
  'packages/memory': 4,
  'packages/tools': 4,
  'packages/nodes': 4,
  'packages/agent': 5,
  'packages/channels': 6,
  'packages/automation': 7,
  'packages/gateway': 8,
  'packages/cli': 9,
  'packages/parity': 9,
  'apps/control-ui': 10,
  'apps/chela': 10,
};

/** Channel adapters stand above the kernel; nothing but apps and the parity program names one. */
const ADAPTERS = 'packages/channels/adapters/';
const ADAPTER_LAYER = 7;

export const isAdapter = (room: string): boolean => room.startsWith(ADAPTERS);

export const layerOf = (room: string): number | undefined => (isAdapter(room) ? ADAPTER_LAYER : LAYERS[room]);

/** All that an adapter imports of Chela. */
export const ADAPTER_FACE = '@chela/channels/adapter';

/** Files that take everything platform-specific from outside: no `node:*` import, directly. */
export const PURE_FILES: readonly string[] = [
  'packages/protocol/src/schemas/**',
  'packages/protocol/src/validation/**',
  'packages/protocol/src/frames.ts',
  'packages/protocol/src/access.ts',
  'packages/protocol/src/errors.ts',
  'packages/protocol/src/close.ts',
  'packages/store/src/states.ts',
  'packages/tools/src/policy/**',
  'packages/agent/src/turn/turn-machine.ts',
  'packages/agent/src/sessions/**',
  'packages/channels/src/format/**',
  'packages/channels/src/accounts/account-settings.ts',
  'packages/channels/src/connections/connection-machine.ts',
  'packages/channels/src/connections/health-watch.ts',
  'packages/gateway/src/connection/machine.ts',
  'packages/gateway/src/wizard/onboarding{,-patch,-steps}.ts',
  'packages/gateway/src/wizard/step-kinds.ts',
];

/** Files that may block because nobody is served then: at start, at exit, in a one-shot command. With the reason. */
export const MAY_BLOCK: Readonly<Record<string, string>> = {
  'apps/chela/src/run-gateway.ts': 'looks once at start where the built page lies',
  'packages/cli/src/offline-store.ts': 'a one-shot command looks once whether there is a store',
  'packages/config/src/state-paths.ts': 'finds the state folder once at start',
  'packages/hooks/src/running/hook-worker.ts': 'resolves imports in the thread of one hook, where nobody is served',
  'packages/observability/src/log/console-sink.ts': 'writes the last lines while the process exits',
  'packages/observability/src/log/file-sink.ts': 'writes the last lines while the process exits',
};
