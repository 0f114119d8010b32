import { type HookReport, type HookStatus, hookReport } from '@chela/hooks';
import type { CliContext } from '../context.ts';
import { tildePath } from '../format.ts';
import { type LoadedConfig, loadConfig, requireValid } from '../loaded-config.ts';
import { createPaint, type Paint } from '../paint.ts';
import { boxTable } from '../table.ts';

interface Flags {
  readonly json?: boolean;
}

const DEFAULT_EMOJI = '🔗';

export function hookTitle({ emoji, name }: HookStatus): string {
  return `${emoji ?? DEFAULT_EMOJI} ${name}`;
}

/** The hooks as this machine sees them, without a gateway. */
export async function openHooks(
  context: CliContext,
): Promise<{ readonly report: HookReport; readonly loaded: LoadedConfig }> {
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const report = await hookReport(loaded.current, loaded.paths, context.env);
  for (const problem of report.problems) context.output.errorLine(`[hooks] ${problem}`);
  return { report, loaded };
}

/** A hook by its name or key. */
export function findHook(report: HookReport, name: string): HookStatus | undefined {
  return report.hooks.find((hook) => hook.name === name || hook.hookKey === name);
}

function stateOf({ disabled, eligible }: HookStatus): string {
  if (disabled) return '⏸ disabled';
  return eligible ? '✓ ready' : '✗ missing';
}

function missingText({ missing }: HookStatus): string {
  return Object.entries(missing)
    .flatMap(([member, names]: [string, readonly string[]]) =>
      names.length === 0 ? [] : [`${member}: ${names.join(', ')}`],
    )
    .join('; ');
}

/** `hooks list` (reference cli/samples/hooks-list-json). */
export async function hooksList(
  context: CliContext,
  flags: Flags & { readonly eligible?: boolean; readonly verbose?: boolean },
): Promise<void> {
  const { report } = await openHooks(context);
  const { output } = context;
  const hooks = flags.eligible ? report.hooks.filter(({ eligible }) => eligible) : report.hooks;
  if (flags.json) {
    const { workspaceDir, managedHooksDir } = report;
    return output.json({ workspaceDir, managedHooksDir, hooks: hooks.map(listed) });
  }
  if (hooks.length === 0) return output.line('No hooks found. Put one into hooks/<name>/HOOK.md of the workspace.');
  output.line(`Hooks (${hooks.filter(({ eligible }) => eligible).length}/${hooks.length} ready)`);
  const head = ['Status', 'Hook', 'Description', 'Source', ...(flags.verbose ? ['Missing'] : [])];
  const rows = hooks.map((hook) => [
    stateOf(hook),
    hookTitle(hook),
    hook.description,
    hook.source,
    ...(flags.verbose ? [missingText(hook)] : []),
  ]);
  for (const line of boxTable(head, rows, output.columns)) output.line(line);
}

function listed(hook: HookStatus) {
  const { name, description, emoji, eligible, disabled, source, events, homepage, missing, managedByPlugin } = hook;
  return {
    name,
    description,
    ...(emoji !== undefined && { emoji }),
    eligible,
    disabled,
    source,
    events,
    ...(homepage !== undefined && { homepage }),
    missing,
    managedByPlugin,
  };
}

/** `hooks info <name>` (reference cli/samples/hooks-info-json). An unknown hook is no failure there. */
export async function hooksInfo(context: CliContext, name: string, flags: Flags): Promise<void> {
  const { report, loaded } = await openHooks(context);
  const { output } = context;
  const hook = findHook(report, name);
  if (hook === undefined) {
    if (flags.json) return output.json({ error: 'not found', hook: name });
    return output.line(`Hook "${name}" not found. \`${context.invokedAs} hooks list\` shows what there is.`);
  }
  if (flags.json) return output.json(hook);
  for (const line of infoLines(hook, loaded.paths.homeDir, createPaint(output.color))) output.line(line);
}

function infoLines(hook: HookStatus, homeDir: string, paint: Paint): readonly string[] {
  const needs = requirementLines(hook);
  const state = hook.disabled ? '⏸ Disabled' : hook.eligible ? '✓ Ready' : '✗ Missing requirements';
  return [
    `${paint('bold', hookTitle(hook))} ${state}`,
    '',
    hook.description,
    '',
    'Details:',
    `  Source: ${hook.source}`,
    `  Path: ${tildePath(hook.filePath, homeDir)}`,
    `  Handler: ${tildePath(hook.handlerPath, homeDir)}`,
    ...(hook.homepage === undefined ? [] : [`  Homepage: ${hook.homepage}`]),
    `  Events: ${hook.events.join(', ')}`,
    ...(needs.length === 0 ? [] : ['', 'Requirements:', ...needs]),
  ];
}

const REQUIREMENT_LABELS = {
  bins: 'Binaries',
  anyBins: 'Any binary',
  env: 'Environment',
  config: 'Config',
  os: 'OS',
} as const;

function requirementLines({ requirements, missing }: HookStatus): readonly string[] {
  const lacking = new Map<string, readonly string[]>(Object.entries(missing));
  const labels = new Map<string, string>(Object.entries(REQUIREMENT_LABELS));
  return Object.entries(requirements).flatMap(([member, names]: [string, readonly string[]]) => {
    if (names.length === 0) return [];
    const lacks = lacking.get(member) ?? [];
    const marks =
      member === 'anyBins'
        ? `${lacks.length > 0 ? '✗' : '✓'} (any of: ${names.join(', ')})`
        : names.map((name) => `${lacks.includes(name) ? '✗' : '✓'} ${name}`).join(', ');
    return [`  ${labels.get(member) ?? member}: ${marks}`];
  });
}

/** `hooks check` (reference cli/samples/hooks-check-json). */
export async function hooksCheck(context: CliContext, flags: Flags): Promise<void> {
  const { hooks } = (await openHooks(context)).report;
  const eligible = hooks.filter((hook) => hook.eligible);
  const others = hooks.filter((hook) => !hook.eligible);
  const { output } = context;
  if (flags.json) {
    return output.json({
      total: hooks.length,
      eligible: eligible.length,
      notEligible: others.length,
      hooks: {
        eligible: eligible.map(({ name }) => name),
        notEligible: others.map(({ name, missing }) => ({ name, missing })),
      },
    });
  }
  output.line('Hooks Status');
  output.line('');
  output.line(`Total hooks: ${hooks.length}`);
  output.line(`Ready: ${eligible.length}`);
  output.line(`Not ready: ${others.length}`);
  if (others.length === 0) return;
  output.line('');
  output.line('Hooks not ready:');
  for (const hook of others) output.line(`  ${hookTitle(hook)} - ${hook.disabled ? 'disabled' : missingText(hook)}`);
}
