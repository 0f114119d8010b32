import { createConfigEditor } from '@chela/config';
import { type InstalledHooks, type InstallHooksDeps, installHooks, linkHooks, updatePackage } from '@chela/hooks';
import { silentLogger } from '@chela/observability';
import { type CliContext, CliFailure } from '../context.ts';
import { arrayAt, recordAt, textAt } from '../json-reader.ts';
import { type LoadedConfig, loadConfig, requireValid } from '../loaded-config.ts';
import { findHook, hookTitle, openHooks } from './hooks.ts';

const RELOADED = 'A running gateway loads them at once.';

/** `hooks enable` and `hooks disable` (reference cli/samples/hooks-enable, hooks-disable). */
export async function hooksSwitch(context: CliContext, name: string, enabled: boolean): Promise<void> {
  const { report, loaded } = await openHooks(context);
  const hook = findHook(report, name);
  if (hook === undefined) throw new CliFailure([`Error: Hook "${name}" not found`]);
  const isComplete = Object.values(hook.missing).every((names) => names.length === 0);
  if (enabled && !isComplete) throw new CliFailure([`Error: Hook "${name}" is not eligible (missing requirements)`]);
  await editor(context, loaded).edit([
    ...(enabled ? [{ path: ['hooks', 'internal', 'enabled'], value: true }] : []),
    { path: ['hooks', 'internal', 'entries', hook.hookKey, 'enabled'], value: enabled },
  ]);
  context.output.line(enabled ? `✓ Enabled hook: ${hookTitle(hook)}` : `⏸ Disabled hook: ${hookTitle(hook)}`);
}

/** `hooks install`: a folder, an archive or a package; the defender is asked before anything is fetched or copied. */
export async function hooksInstall(
  context: CliContext,
  spec: string,
  flags: { readonly link?: boolean },
): Promise<void> {
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const deps = installDeps(context, loaded);
  const installed = await readable(flags.link ? linkHooks(spec, deps) : installHooks(spec, deps));
  await keep(context, loaded, installed, flags.link === true);
  const { record } = installed;
  context.output.line(
    flags.link ? `Linked hook path: ${record.installPath}` : `Installed hooks: ${record.hooks.join(', ')}`,
  );
  context.output.line(RELOADED);
}

/** `hooks update`: packages of npm only. */
export async function hooksUpdate(
  context: CliContext,
  id: string | undefined,
  flags: { readonly all?: boolean; readonly dryRun?: boolean },
): Promise<void> {
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const records = recordAt(recordAt(recordAt(loaded.current, 'hooks'), 'internal'), 'installs');
  const ids = flags.all ? Object.keys(records) : id === undefined ? [] : [id];
  const { output } = context;
  if (ids.length === 0 && !flags.all) throw new CliFailure(['Provide a hook id or use --all.']);
  if (ids.length === 0) return output.line('No tracked hook packs to update.');
  const deps = { ...installDeps(context, loaded), dryRun: flags.dryRun === true };
  for (const each of ids) await update(context, loaded, each, recordAt(records, each), deps);
}

async function update(
  context: CliContext,
  loaded: LoadedConfig,
  id: string,
  record: object,
  deps: InstallHooksDeps & { readonly dryRun: boolean },
): Promise<void> {
  const { output } = context;
  const source = textAt(record, 'source');
  const spec = textAt(record, 'spec');
  if (source === undefined) return output.line(`No install record for "${id}".`);
  if (source !== 'npm' || spec === undefined) return output.line(`Skipping "${id}" (source: ${source}).`);
  const before = textAt(record, 'version');
  const news = await readable(updatePackage(id, spec, before, deps));
  if (news === undefined) return output.line(`${id} is up to date (${before ?? 'unknown'}).`);
  if (news.installed !== undefined) await keep(context, loaded, news.installed, false);
  const verb = deps.dryRun ? 'Would update' : 'Updated';
  output.line(`${verb} ${id}: ${before ?? 'unknown'} -> ${news.version}.`);
}

function editor(context: CliContext, { paths }: LoadedConfig) {
  return createConfigEditor({ paths, env: { ...context.env }, logger: silentLogger('cli') });
}

function installDeps(context: CliContext, { paths }: LoadedConfig): InstallHooksDeps {
  return {
    env: context.env,
    paths,
    judge: context.judgeInstall,
    signal: new AbortController().signal,
    now: context.now,
    say: (line) => context.output.line(line),
  };
}

/** Switches the hooks on and notes where they came from. */
async function keep(
  context: CliContext,
  loaded: LoadedConfig,
  { id, record }: InstalledHooks,
  isLinked: boolean,
): Promise<void> {
  const internal = ['hooks', 'internal'];
  const extraDirs = arrayAt(recordAt(recordAt(recordAt(loaded.current, 'hooks'), 'internal'), 'load'), 'extraDirs');
  const isKnown = extraDirs.includes(record.installPath);
  const dirs = [...extraDirs, record.installPath];
  await editor(context, loaded).edit([
    { path: [...internal, 'enabled'], value: true },
    ...record.hooks.map((name) => ({ path: [...internal, 'entries', name, 'enabled'], value: true })),
    ...(isLinked && !isKnown ? [{ path: [...internal, 'load', 'extraDirs'], value: dirs }] : []),
    { path: [...internal, 'installs', id], value: { ...record } },
  ]);
}

/** What went wrong, without a stack. */
async function readable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new CliFailure((error instanceof Error ? error.message : String(error)).split('\n'));
  }
}
