import { randomBytes } from 'node:crypto';
import { gatewayAuth, planMending } from '@chela/config';
import type { Check, Finding, Patient, Repair } from '../finding.ts';

const TOKEN_BYTES = 24;

/** Keys of older releases get their present places and values their present form; then keys that nobody knows go. */
export const configKeys: Check = async ({ snapshot, paths, editor }) => {
  if (!snapshot.exists) return [];
  const mended = await planMending(snapshot, paths, { dropUnknown: true, rewriteValues: true });
  const legacy = snapshot.legacyIssues.map(({ path, message }) => `- ${path}: ${message}`);
  const boxes: readonly Finding[] = [
    ...(legacy.length > 0 ? [{ title: 'Legacy config keys detected', lines: legacy }] : []),
    ...(mended.changes.length > 0
      ? [{ title: 'Doctor changes', lines: mended.changes.map((change) => `- ${change}`) }]
      : []),
    ...(mended.unknownKeys.length > 0
      ? [{ title: 'Unknown config keys', lines: mended.unknownKeys.map((key) => `- ${key}`) }]
      : []),
  ];
  const issues = mended.remaining.map(({ path, message }) => `- ${path || '<root>'}: ${message}`);
  if (issues.length > 0) return [...boxes, { title: 'Config', lines: ['The configuration is not valid:', ...issues] }];
  const last = boxes.at(-1);
  if (mended.edits.length === 0 || last === undefined) return boxes;
  const repair: Repair = {
    policy: 'config',
    question: 'Apply the recommended config repairs now?',
    async run() {
      await editor.edit(mended.edits);
      const removed = mended.unknownKeys.map((key) => `Removed ${key}.`);
      return [...mended.changes, ...removed, `Updated ${paths.configPath}`, `Backup: ${paths.configPath}.bak`];
    },
  };
  return [...boxes.slice(0, -1), { ...last, repair }];
};

export const configWarnings: Check = async ({ snapshot, config }) => {
  const warnings = snapshot.warnings.map(({ path, message }) => `- ${path}: ${message}`);
  const zen = ['opencode', 'opencode-zen'].filter((name) => isProvider(config.models?.providers, name));
  return [
    ...(warnings.length === 0 ? [] : [{ title: 'Config warnings', lines: warnings }]),
    ...zen.map((name) => ({
      title: 'OpenCode Zen',
      lines: [`- models.providers.${name} replaces the built-in catalog of that provider; remove it to get that back.`],
    })),
  ];
};

function isProvider(providers: unknown, name: string): boolean {
  return typeof providers === 'object' && providers !== null && Object.hasOwn(providers, name);
}

/** The gateway's mode and its secret. */
export const gatewaySettings: Check = async (patient) => {
  const { snapshot, config } = patient;
  if (!snapshot.valid) return [];
  const { gateway } = config;
  if (gateway?.mode === 'remote') {
    return gateway.remote?.url === undefined
      ? [{ title: 'Gateway', lines: ['- gateway.mode is remote, but gateway.remote.url is missing.'] }]
      : [];
  }
  const mode =
    gateway?.mode === undefined
      ? [{ title: 'Gateway', lines: ['- gateway.mode is not set; Chela takes it as local, OpenClaw would not start.'] }]
      : [];
  return [...mode, ...secretFindings(patient)];
};

function secretFindings({ context, config, editor, flags, paths }: Patient): readonly Finding[] {
  const auth = gatewayAuth(config, context.env);
  if (auth.mode !== 'none' && auth.mode !== 'token') return [];
  if (auth.mode === 'token' && auth.token !== undefined) return [];
  return [
    {
      title: 'Gateway auth',
      lines: ['- The gateway has no token: everybody on this machine could use it, or nobody can.'],
      repair: {
        policy: flags.generateGatewayToken === true ? 'always' : 'confirm',
        question: 'Generate a gateway token and store it?',
        async run() {
          await editor.edit([
            { path: ['gateway', 'auth', 'mode'], value: 'token' },
            { path: ['gateway', 'auth', 'token'], value: randomBytes(TOKEN_BYTES).toString('hex') },
          ]);
          return [`Stored a new gateway token in ${paths.configPath}`];
        },
      },
    },
  ];
}

/** Who can reach the gateway. */
export const exposure: Check = async ({ context, config, snapshot }) => {
  const bind = config.gateway?.bind ?? 'loopback';
  if (!snapshot.valid || bind === 'loopback') return [];
  const { mode } = gatewayAuth(config, context.env);
  const line =
    mode === 'none'
      ? `- gateway.bind is ${bind} and no secret is set: whoever reaches this machine controls the assistant.`
      : `- gateway.bind is ${bind}: keep the ${mode} secret, or bind to loopback and use a tunnel.`;
  return [{ title: 'Security', lines: [line] }];
};
