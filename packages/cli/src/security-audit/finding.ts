import type { GatewayAuth, StatePaths } from '@chela/config';
import type { ConfiguredIssue } from '../channels/configured-issues.ts';
import { isRecord } from '../json-reader.ts';

export type Severity = 'critical' | 'warn' | 'info';

/** One thing an audit found; `checkId` and the shape are what scripts read (reference cli/doctor.md §2). */
export interface AuditFinding {
  readonly checkId: string;
  readonly severity: Severity;
  readonly title: string;
  readonly detail: string;
  readonly remediation?: string;
}

/** What an audit looks at. */
export interface Premises {
  /** Values of the running configuration by their dotted path. */
  at(path: string): unknown;
  /** Values as the file has them, before references and defaults. */
  inFile(path: string): unknown;
  readonly auth: GatewayAuth;
  readonly paths: StatePaths;
  /** Files the configuration includes, absolute. */
  readonly includes: readonly string[];
  readonly agentIds: readonly string[];
  /** Folders and files that hold what an agent knows, by agent id. */
  readonly agentFiles: (agentId: string) => { readonly authProfiles: string; readonly sessionsFile: string };
  readonly credentialsDir: string;
  /** Of all agents. */
  readonly workspaceDirs: readonly string[];
  readonly logFile: string | undefined;
  /** What channels say of their settings; none while the configuration is not valid. */
  readonly channelIssues: () => Promise<readonly ConfiguredIssue[]>;
  /** Mode the environment sets, when it does. */
  readonly defenderModeInEnv: string | undefined;
}

export type AuditCheck = (premises: Premises) => readonly AuditFinding[] | Promise<readonly AuditFinding[]>;

/** The finding where the condition holds, else nothing. */
export function when(condition: boolean, finding: AuditFinding): readonly AuditFinding[] {
  return condition ? [finding] : [];
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function sectionOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

/** `gateway.bind`, where nothing said means loopback. */
export function bindOf(premises: Pick<Premises, 'at'>): string {
  const bind = premises.at('gateway.bind');
  return typeof bind === 'string' ? bind : 'loopback';
}

/** Whether other machines can reach the gateway. */
export function isExposed(premises: Pick<Premises, 'at'>): boolean {
  const tailscale = premises.at('gateway.tailscale.mode');
  return bindOf(premises) !== 'loopback' || tailscale === 'serve' || tailscale === 'funnel';
}
