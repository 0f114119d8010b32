import { createConfigEditor } from '@chela/config';
import { silentLogger } from '@chela/observability';
import type { CliContext } from '../context.ts';
import { titledBox } from '../doctor/box.ts';
import { channelHealth, channelSettings } from '../doctor/checks/channels.ts';
import { configKeys, configWarnings, exposure, gatewaySettings } from '../doctor/checks/config.ts';
import { environment } from '../doctor/checks/environment.ts';
import { gateway } from '../doctor/checks/gateway.ts';
import { legacyConfigName, legacyFolders, legacyLayout } from '../doctor/checks/legacy-state.ts';
import { modelAuth } from '../doctor/checks/model-auth.ts';
import { sessions } from '../doctor/checks/sessions.ts';
import { configMode, sessionLocks, stateFolders } from '../doctor/checks/state-integrity.ts';
import { workspace } from '../doctor/checks/workspace.ts';
import type { Check, DoctorFlags, Finding, Patient, Repair } from '../doctor/finding.ts';
import { loadConfig } from '../loaded-config.ts';

/** In the order of the contract (reference cli/doctor.md §1 "Checks in order"). */
const CHECKS: readonly Check[] = [
  environment,
  legacyFolders,
  legacyConfigName,
  configWarnings,
  configKeys,
  channelSettings,
  gatewaySettings,
  modelAuth,
  legacyLayout,
  stateFolders,
  configMode,
  sessions,
  sessionLocks,
  exposure,
  gateway,
  channelHealth,
  workspace,
];

/** `doctor`: looks at everything that can keep a gateway from working well, and mends what it may. Ends with code 0. */
export async function doctor(context: CliContext, flags: DoctorFlags): Promise<void> {
  const { output } = context;
  output.line('┌  Chela doctor');
  output.line('│');
  for (const check of CHECKS) {
    for (const finding of await check(await examine(context, flags))) await treat(context, flags, finding);
  }
  const { snapshot } = await loadConfig(context);
  output.line('└  Doctor complete.');
  if (snapshot.valid) return;
  output.errorLine('Invalid config:');
  for (const { path, message } of snapshot.issues) output.errorLine(`- ${path || '<root>'}: ${message}`);
}

async function examine(context: CliContext, flags: DoctorFlags): Promise<Patient> {
  const loaded = await loadConfig(context);
  const { paths, snapshot, current } = loaded;
  const running = await context.runningGateway(paths.configPath);
  const editor = createConfigEditor({ paths, env: { ...context.env }, logger: silentLogger('cli') });
  return { context, flags, loaded, paths, snapshot, config: current, editor, gatewayPid: running?.pid };
}

async function treat(context: CliContext, flags: DoctorFlags, { title, lines, repair }: Finding): Promise<void> {
  const { output } = context;
  for (const line of titledBox(title, lines, output.columns)) output.line(line);
  if (repair === undefined) return;
  if (!(await isWanted(context, flags, repair))) {
    if (repair.policy === 'config') output.line('│  Run `chela doctor --fix` to apply these changes.');
    return;
  }
  for (const done of await repair.run()) output.line(`│  ${done}`);
  output.line('│');
}

/** Without a terminal only an explicit `--yes` answers questions. */
async function isWanted(context: CliContext, flags: DoctorFlags, { policy, question }: Repair): Promise<boolean> {
  const asksForRepair = flags.fix === true || flags.repair === true || flags.yes === true;
  if (policy === 'always' || (policy === 'config' && asksForRepair)) return true;
  if (flags.nonInteractive === true || (!context.prompt.isTty && flags.yes !== true)) return false;
  return asksForRepair || context.prompt.confirm(`│  ${question}`);
}
