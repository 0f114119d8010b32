import { readFile } from 'node:fs/promises';
import { withLiveDefaults, withSnapshotDefaults, withTalkKey } from '../defaults/apply-defaults.ts';
import type { Env } from '../env.ts';
import { isJsonObject, type JsonObject } from '../json-object.ts';
import type { ConfigIssue, ConfigSnapshot, StatePaths } from '../service.ts';
import type { Config } from '../types.ts';
import { validateConfig } from '../validate.ts';
import { applyConfigEnv, loadEnvFiles } from './env-files.ts';
import { expandHome } from './expand-home.ts';
import { configHash } from './hash.ts';
import { resolveIncludes } from './include.ts';
import { ConfigSyntaxError, parseJson5 } from './parse-json5.ts';
import { substituteEnv } from './substitute.ts';

export interface ConfigReading {
  /** What `config.get` shows. */
  readonly snapshot: ConfigSnapshot;
  /** What a gateway runs on: the snapshot's values with the defaults of the live loader; empty when invalid. */
  readonly live: Config;
  /** Absolute paths of included files. */
  readonly includes: readonly string[];
}

/**
 * Reads the configuration file through the whole pipeline: parse, includes, environment, substitution, validation,
 * defaults (reference config/config.md §3). Adds variables of `.env` files and of the `env` section to `env`. Never
 * throws: what is wrong stands in the issues.
 */
export async function readConfig(paths: StatePaths, env: Env): Promise<ConfigReading> {
  await loadEnvFiles(env, [process.cwd(), paths.stateDir]);
  const source = await readSource(paths.configPath);
  if ('problem' in source) return failed(paths, null, undefined, source.problem);
  return judgeConfigText(paths, env, source.raw);
}

/** The pipeline on a text that need not be in the file yet; null stands for a missing file. */
export async function judgeConfigText(paths: StatePaths, env: Env, raw: string | null): Promise<ConfigReading> {
  let parsed: unknown;
  try {
    parsed = raw === null ? {} : await parseJson5(raw);
  } catch (error) {
    return failed(paths, raw, undefined, `JSON5 parse failed: SyntaxError: ${messageOf(error)}`);
  }
  try {
    const { value, files } = await resolveIncludes(parsed, paths.configPath);
    applyConfigEnv(env, value);
    const resolved = substituteEnv(value, env);
    return await judged({ paths, env, raw, parsed, resolved, includes: files });
  } catch (error) {
    return failed(paths, raw, parsed, messageOf(error));
  }
}

async function readSource(path: string): Promise<{ readonly raw: string | null } | { readonly problem: string }> {
  try {
    return { raw: await readFile(path, 'utf8') };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { raw: null };
    return { problem: `read failed: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}` };
  }
}

async function judged(input: {
  readonly paths: StatePaths;
  readonly env: Env;
  readonly raw: string | null;
  readonly parsed: unknown;
  readonly resolved: unknown;
  readonly includes: readonly string[];
}): Promise<ConfigReading> {
  const { paths, env, raw, parsed, resolved, includes } = input;
  const validation = await validateConfig(resolved, paths);
  const snapshotConfig = validation.valid ? expandConfig(withSnapshotDefaults(validation.value), paths.homeDir) : {};
  const live = validation.valid ? withLiveDefaults(snapshotConfig, env) : {};
  const shown = raw === null ? live : snapshotConfig;
  return {
    snapshot: {
      path: paths.configPath,
      exists: raw !== null,
      raw,
      parsed,
      resolved,
      config: validation.valid ? withTalkKey(shown, env) : {},
      valid: validation.valid,
      issues: validation.issues,
      warnings: validation.warnings,
      legacyIssues: validation.legacyIssues,
      hash: configHash(raw),
    },
    live,
    includes,
  };
}

function expandConfig(config: JsonObject, homeDir: string): JsonObject {
  const expanded = expandHome(config, homeDir);
  return isJsonObject(expanded) ? expanded : {};
}

function failed(paths: StatePaths, raw: string | null, parsed: unknown, message: string): ConfigReading {
  const issues: readonly ConfigIssue[] = [{ path: '', message }];
  return {
    snapshot: {
      path: paths.configPath,
      exists: true,
      raw,
      parsed: parsed ?? null,
      resolved: {},
      config: {},
      valid: false,
      issues,
      warnings: [],
      legacyIssues: [],
      hash: configHash(raw),
    },
    live: {},
    includes: [],
  };
}

function messageOf(error: unknown): string {
  if (error instanceof ConfigSyntaxError) return error.message;
  return error instanceof Error ? error.message : String(error);
}
