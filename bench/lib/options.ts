import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Profile } from './fixture.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { SUITES } from './suites.ts';

interface GatewayChoice {
  readonly name: string;
  readonly command: string;
  readonly cli: string;
  readonly config: JsonObject | null;
  readonly env: Readonly<Record<string, string>>;
}

export interface BenchOptions {
  readonly gateways: readonly GatewayChoice[];
  readonly suites: readonly string[];
  readonly profile: Profile;
  readonly quick: boolean;
  readonly keep: boolean;
  readonly root: string | undefined;
  readonly out: string | undefined;
  readonly md: string | undefined;
  readonly bootTimeoutMs: number;
  readonly rssLimitMb: number;
}

export const USAGE = `usage: npm run bench -- --gateway NAME="COMMAND {port}" [--gateway …] [options]
  --suite LIST        all, or a comma list of ${Object.keys(SUITES).join(', ')}
  --quick             shorter slices, fewer rounds (about 3 minutes for gateways that boot in a second or two)
  --profile P         default | lean (channels, plugins, browser, update check off)
  --cli NAME=COMMAND  CLI prefix for the cli suite (default: the gateway command up to " gateway")
  --config NAME=FILE  JSON merged into the generated config of that gateway
  --env NAME:KEY=VAL  extra environment for that gateway
  --out FILE          results as JSON      --md FILE  results as a table
  --root DIR          where state directories go (default: a fresh temporary directory)
  --keep              leave the state directories behind
  --boot-timeout S    (180)                --rss-limit MIB  stop a fan-out above this (6000)
`;

/** The arguments make no sense. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the command line; undefined when help is asked for. Throws UsageError. */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  if (!values.gateway?.length) throw new UsageError('--gateway is needed');
  const suites = values.suite === 'all' ? Object.keys(SUITES) : values.suite.split(',');
  for (const suite of suites) if (!Object.hasOwn(SUITES, suite)) throw new UsageError(`unknown suite: ${suite}`);
  if (values.profile !== 'default' && values.profile !== 'lean') {
    throw new UsageError(`unknown profile: ${values.profile}`);
  }
  const clis = new Map(pairs(values.cli, '='));
  const configs = new Map(pairs(values.config, '='));
  return {
    gateways: pairs(values.gateway, '=').map(([name, command]) => ({
      name,
      command,
      cli: clis.get(name) ?? command.replace(/\s+gateway\b.*$/, ''),
      config: readConfig(configs.get(name)),
      env: Object.fromEntries(
        pairs(values.env, ':')
          .filter(([owner]) => owner === name)
          .map(([, assignment]) => pair(assignment, '=')),
      ),
    })),
    suites,
    profile: values.profile,
    quick: values.quick,
    keep: values.keep,
    root: values.root,
    out: values.out,
    md: values.md,
    bootTimeoutMs: Number(values['boot-timeout']) * 1000,
    rssLimitMb: Number(values['rss-limit']),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        gateway: { type: 'string', multiple: true },
        cli: { type: 'string', multiple: true },
        config: { type: 'string', multiple: true },
        env: { type: 'string', multiple: true },
        suite: { type: 'string', default: 'all' },
        profile: { type: 'string', default: 'default' },
        out: { type: 'string' },
        md: { type: 'string' },
        root: { type: 'string' },
        quick: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        'boot-timeout': { type: 'string', default: '180' },
        'rss-limit': { type: 'string', default: '6000' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const pair = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator);
  if (at < 0) throw new UsageError(`${text}: expected NAME${separator}…`);
  return [text.slice(0, at), text.slice(at + 1)];
};

const pairs = (list: readonly string[] | undefined, separator: string): readonly [string, string][] =>
  (list ?? []).map((text) => pair(text, separator));

function readConfig(file: string | undefined): JsonObject | null {
  if (file === undefined) return null;
  const config: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isJsonObject(config)) throw new UsageError(`${file} is no JSON object`);
  return config;
}
