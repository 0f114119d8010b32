import type { Config } from '@chela/config';
import { isRecord, optionalText } from '../call/arguments.ts';
import { errorMessage } from '../call/tool-input-error.ts';
import { isSandboxed, type SandboxMode } from '../policy/sandbox-mode.ts';
import { createArguments } from './docker-arguments.ts';
import { filterEnvironment } from './environment.ts';
import { assertSafeBind, assertSafeIsolation, bindProblem } from './safety.ts';
import { containerSettings, sandboxScope, sandboxSettings } from './settings.ts';

type Json = Readonly<Record<string, unknown>>;

const record = (value: unknown): Json => (isRecord(value) ? value : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const untrimmed = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function strings(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(record(value)).map(([name, entry]) => [name, text(entry)]));
}

function configView(given: Json): Json {
  const config: Config = record(given.cfg);
  const { mode, scope, workspaceAccess, docker, prune } = sandboxSettings(config, text(given.agentId));
  const { image, env, binds, network } = docker;
  return { mode, scope, workspaceAccess, image, env, binds: binds ?? null, network, prune };
}

function validated(docker: Json): unknown {
  try {
    for (const bind of Array.isArray(docker.binds) ? docker.binds : []) assertSafeBind(text(bind));
    assertSafeIsolation({
      network: untrimmed(docker.network),
      seccompProfile: untrimmed(docker.seccompProfile),
      apparmorProfile: untrimmed(docker.apparmorProfile),
    });
    return 'ok';
  } catch (error) {
    return { error: errorMessage(error) };
  }
}

function modeOf(value: unknown): SandboxMode {
  return value === 'all' || value === 'non-main' ? value : 'off';
}

/** Runs a case of the contract's table `sandbox`. */
export function sandboxTable(input: unknown): unknown {
  const given = record(input);
  switch (given.fn) {
    case 'bind':
      return bindProblem(text(given.bind)) ?? null;
    case 'validate':
      return validated(record(given.docker));
    case 'env':
      return filterEnvironment(strings(given.env));
    case 'createArgs': {
      const identity = {
        name: text(given.name),
        scopeKey: text(given.scopeKey),
        createdAtMs: number(given.createdAtMs),
        configHash: text(given.configHash),
      };
      return createArguments(identity, containerSettings(given.docker));
    }
    case 'scope':
      return sandboxScope(given.scope, given.perSession);
    case 'shouldSandbox':
      return isSandboxed(modeOf(given.mode), text(given.sessionKey), text(given.mainSessionKey));
    case 'config':
      return configView(given);
    default:
      throw new Error(`no such rule: ${optionalText(given, 'fn')}`);
  }
}
