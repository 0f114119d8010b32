import { DEFAULT_GATEWAY_COMMAND } from '../default-gateway.ts';
import type { BatchOptions } from '../scenario/run-batches.ts';
import { type CommandIo, wholeNumber } from './command.ts';

/** Options of every command that starts gateways. */
export const GATEWAY_OPTIONS = {
  'gateway-cmd': { type: 'string' },
  only: { type: 'string', multiple: true },
  jobs: { type: 'string', default: '1' },
  fresh: { type: 'boolean', default: false },
  'boot-ms': { type: 'string', default: '120000' },
  keep: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
} as const;

export const GATEWAY_USAGE = `  --gateway-cmd CMD   shell command that starts a gateway in the foreground (default: this checkout's)
  --only TEXT         only scenarios whose subsystem/name contains TEXT (repeatable)
  --jobs N            gateways at the same time (default 1)
  --fresh             never share a gateway between scenarios
  --boot-ms N         how long a gateway may take to greet (default 120000)
  --keep              keep the run folders: home, state, what the gateway printed
  --json              one JSON document on stdout; the count goes to stderr
  --verbose           print every scenario, not only failures`;

interface GatewayValues {
  readonly 'gateway-cmd'?: string | undefined;
  readonly jobs: string;
  readonly fresh: boolean;
  readonly 'boot-ms': string;
  readonly keep: boolean;
}

export const batchOptions = (values: GatewayValues, io: CommandIo): BatchOptions => ({
  gatewayCommand: values['gateway-cmd'] ?? DEFAULT_GATEWAY_COMMAND,
  jobs: wholeNumber(values.jobs, 'jobs', 1),
  fresh: values.fresh,
  bootMs: wholeNumber(values['boot-ms'], 'boot-ms', 1),
  signal: io.signal,
  ...(values.keep && { kept: (folder: string) => io.note(`kept ${folder}`) }),
});
