import type { Logger } from '@chela/observability';
import { type Env, isTruthy } from '../env.ts';
import { objectAt } from '../json-object.ts';
import type { Config } from '../types.ts';

const DEFAULT_TIMEOUT_MS = 15_000;
const MAX_OUTPUT_BYTES = 2 * 1024 * 1024;

/** What is taken from the login shell, and nothing else; with one of them set it is not asked (reference config/config.md §1). */
const EXPECTED_KEYS = [
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_OAUTH_TOKEN',
  'GEMINI_API_KEY',
  'ZAI_API_KEY',
  'OPENROUTER_API_KEY',
  'AI_GATEWAY_API_KEY',
  'MINIMAX_API_KEY',
  'SYNTHETIC_API_KEY',
  'ELEVENLABS_API_KEY',
  'TELEGRAM_BOT_TOKEN',
  'DISCORD_BOT_TOKEN',
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'OPENCLAW_GATEWAY_TOKEN',
  'OPENCLAW_GATEWAY_PASSWORD',
] as const;

/** Adds keys from the login shell's environment, when the configuration or a variable asks for that. */
export async function importShellEnv(env: Env, config: Config, logger: Logger): Promise<void> {
  const settings = objectAt(config, 'env', 'shellEnv');
  const wanted = settings?.enabled === true || isTruthy(env.OPENCLAW_LOAD_SHELL_ENV);
  if (!wanted || isTruthy(env.OPENCLAW_DEFER_SHELL_ENV_FALLBACK)) return;
  if (EXPECTED_KEYS.some((name) => env[name]?.trim())) return;
  try {
    const printed = await printedEnvironment(env, timeoutMs(settings?.timeoutMs, env.OPENCLAW_SHELL_ENV_TIMEOUT_MS));
    for (const name of EXPECTED_KEYS) {
      const value = printed.get(name);
      if (value?.trim()) env[name] = value;
    }
  } catch (error) {
    logger.warn('the environment of the login shell could not be read', {
      reason: error instanceof Error && 'code' in error ? String(error.code) : 'unknown',
    });
  }
}

function timeoutMs(configured: unknown, variable: string | undefined): number {
  if (typeof configured === 'number' && configured >= 0) return configured;
  const named = Number(variable);
  return variable !== undefined && Number.isFinite(named) && named > 0 ? named : DEFAULT_TIMEOUT_MS;
}

async function printedEnvironment(env: Readonly<Env>, timeout: number): Promise<ReadonlyMap<string, string>> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const shell = env.SHELL?.trim() || '/bin/sh';
  const options = { env: { ...env }, timeout, maxBuffer: MAX_OUTPUT_BYTES };
  const { stdout } = await promisify(execFile)(shell, ['-l', '-c', 'env -0'], options);
  return new Map(
    stdout.split('\0').flatMap((pair): [string, string][] => {
      const at = pair.indexOf('=');
      return at <= 0 ? [] : [[pair.slice(0, at), pair.slice(at + 1)]];
    }),
  );
}
