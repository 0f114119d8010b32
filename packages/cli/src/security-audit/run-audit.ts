import { join } from 'node:path';
import {
  agentDir,
  agentIds,
  agentWorkspaceDir,
  credentialsDir,
  gatewayAuth,
  readConfig,
  resolveUserPath,
  valueAtPath,
} from '@chela/config';
import { channelDeskOf } from '../channels/channel-desk.ts';
import { configuredIssues } from '../channels/configured-issues.ts';
import type { CliContext } from '../context.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import { sessionStorePath } from '../session-store-path.ts';
import { agentChecks } from './checks/agents.ts';
import { channelDoorChecks } from './checks/channel-doors.ts';
import { channelWarningChecks } from './checks/channel-warnings.ts';
import { channelChecks } from './checks/channels.ts';
import { codeSafetyChecks } from './checks/code-safety.ts';
import { fileChecks } from './checks/files.ts';
import { gatewayChecks } from './checks/gateway.ts';
import { pluginChecks } from './checks/plugins.ts';
import { secretAndDefenderChecks } from './checks/secrets.ts';
import type { AuditCheck, AuditFinding, Premises, Severity } from './finding.ts';

const CHECKS: readonly AuditCheck[] = [
  channelChecks,
  channelDoorChecks,
  channelWarningChecks,
  fileChecks,
  pluginChecks,
  gatewayChecks,
  agentChecks,
  secretAndDefenderChecks,
];
/** What takes its time. */
const DEEP_CHECKS: readonly AuditCheck[] = [codeSafetyChecks];

/** The report scripts read (reference cli/doctor.md §2). `ts` in milliseconds. */
export interface AuditReport {
  readonly ts: number;
  readonly summary: Readonly<Record<Severity, number>>;
  readonly findings: readonly AuditFinding[];
}

export async function runAudit(
  context: CliContext,
  loaded: LoadedConfig,
  { isDeep, more = [] }: { readonly isDeep: boolean; readonly more?: readonly AuditFinding[] } = { isDeep: false },
): Promise<AuditReport> {
  const surroundings = await premises(context, loaded);
  const checks = isDeep ? [...CHECKS, ...DEEP_CHECKS] : CHECKS;
  const findings = [...(await Promise.all(checks.map((check) => check(surroundings)))).flat(), ...more];
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  return {
    ts: context.now(),
    summary: { critical: count('critical'), warn: count('warn'), info: count('info') },
    findings,
  };
}

export async function premises(context: CliContext, loaded: LoadedConfig): Promise<Premises> {
  const { current, paths, snapshot } = loaded;
  const { includes } = await readConfig(paths, { ...context.env });
  // What a broken file asks for is looked at too: it may be mended into force.
  const wanted = snapshot.valid ? current : (snapshot.resolved ?? snapshot.parsed);
  const logFile = current.logging?.file;
  return {
    at: (path) => valueAtPath(wanted, path.split('.')).value,
    inFile: (path) => valueAtPath(snapshot.parsed, path.split('.')).value,
    auth: gatewayAuth(current, context.env),
    paths,
    includes,
    agentIds: agentIds(current),
    agentFiles: (id) => ({
      authProfiles: join(agentDir(current, paths, id), 'auth-profiles.json'),
      sessionsFile: sessionStorePath(loaded, id),
    }),
    credentialsDir: credentialsDir(paths, context.env),
    workspaceDirs: agentIds(current).map((id) => agentWorkspaceDir(current, paths, id)),
    logFile: logFile === undefined ? undefined : resolveUserPath(logFile, paths.homeDir),
    channelIssues: async () => (snapshot.valid ? configuredIssues(await channelDeskOf(context, loaded)) : []),
    defenderModeInEnv: context.env.CHELA_DEFENDER_MODE,
  };
}
