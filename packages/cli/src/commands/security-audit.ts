import type { CliContext } from '../context.ts';
import { GatewayCallError, withGateway } from '../gateway-call.ts';
import { loopbackTarget } from '../gateway-target.ts';
import { type LoadedConfig, loadConfig } from '../loaded-config.ts';
import { auditLines } from '../security-audit/audit-lines.ts';
import type { AuditFinding } from '../security-audit/finding.ts';
import { type AuditFix, fixAudit } from '../security-audit/fix-audit.ts';
import { runAudit } from '../security-audit/run-audit.ts';

const PROBE_TIMEOUT_MS = 5_000;

export interface SecurityAuditFlags {
  readonly deep?: boolean;
  readonly fix?: boolean;
  readonly json?: boolean;
}

/** `security audit`: what leaves doors open. Ends with 0 whatever it finds (reference cli/doctor.md §2). */
export async function securityAudit(context: CliContext, flags: SecurityAuditFlags): Promise<void> {
  const { output } = context;
  const fix = flags.fix ? await fixAudit(context, await loadConfig(context)) : undefined;
  const loaded = await loadConfig(context);
  const gateway = flags.deep ? await probe(context, loaded) : undefined;
  const audit = await runAudit(context, loaded, { isDeep: flags.deep === true, more: probeFindings(gateway) });
  const report = gateway === undefined ? audit : { ...audit, deep: { gateway } };
  if (flags.json) return output.json(fix === undefined ? report : { fix, report });
  for (const line of fix === undefined ? [] : fixLines(fix)) output.line(line);
  for (const line of auditLines(report)) output.line(line);
  if (!flags.deep) output.line('\nTo ask the running gateway too: chela security audit --deep');
}

interface Probe {
  readonly attempted: boolean;
  readonly url: string;
  readonly ok: boolean;
  readonly error: string | null;
  readonly close: unknown;
}

function probeFindings(probe: Probe | undefined): readonly AuditFinding[] {
  if (probe === undefined || probe.ok) return [];
  return [
    {
      checkId: 'gateway.probe_failed',
      severity: 'warn',
      title: 'The gateway did not answer',
      detail: `${probe.url}: ${probe.error ?? 'no answer'}`,
      remediation: 'Start it, or look at chela status.',
    },
  ];
}

/** Whether the gateway lets this machine in with the secrets it knows. */
async function probe(context: CliContext, loaded: LoadedConfig): Promise<Probe> {
  const target = loopbackTarget(context, loaded);
  const facts = { attempted: true, url: target.url };
  try {
    await withGateway(context, target, { timeoutMs: PROBE_TIMEOUT_MS, mode: 'probe' }, async () => undefined);
    return { ...facts, ok: true, error: null, close: null };
  } catch (error) {
    if (!(error instanceof GatewayCallError)) throw error;
    return { ...facts, ok: false, error: error.probeMessage, close: error.close ?? null };
  }
}

function fixLines({ actions, changes, errors }: AuditFix): string[] {
  const done = actions.filter(({ ok }) => ok).map(({ path, mode }) => `  chmod ${mode.toString(8)} ${path}`);
  const lines = [...changes.map((change) => `  ${change}`), ...done, ...errors.map((error) => `  failed: ${error}`)];
  return [lines.length === 0 ? 'Nothing had to be mended.' : 'Mended:', ...lines, ''];
}
