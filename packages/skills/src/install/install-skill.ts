import type { Env } from '@chela/config';
import type { Logger } from '@chela/observability';
import { findBins } from '../gating/find-bins.ts';
import type { InstallRequest } from '../service.ts';
import type { InstallSpec, Skill } from '../skill.ts';
import type { SkillSettings } from '../skill-settings.ts';
import { type DownloadFetch, downloadTool } from './download.ts';
import type { InstallJudge, InstallStep } from './install-judge.ts';
import { type InstallOutcome, installed, notInstalled } from './install-outcome.ts';
import { installerCommand } from './installer-commands.ts';
import { type InstallerCommand, type InstallerEnd, runInstaller } from './run-installer.ts';

export interface InstallDeps {
  readonly skills: readonly Skill[];
  readonly settings: SkillSettings;
  readonly env: Readonly<Env>;
  readonly homeDir: string;
  readonly stateDir: string;
  readonly logger: Logger;
  /** Ends what runs when the gateway ends. */
  readonly signal: AbortSignal;
  readonly download?: DownloadFetch;
  readonly judge?: InstallJudge;
}

const DEFAULT_TIMEOUT_MS = 300_000;
const MIN_TIMEOUT_MS = 1_000;
const MAX_TIMEOUT_MS = 900_000;

/** What to do about a program that an installer needs; other programs speak for themselves. */
const HINTS: Readonly<Record<string, string>> = {
  brew: 'get Homebrew from https://brew.sh, or install it with the package manager of your system (apt, dnf, pacman)',
  uv: 'install manually: https://docs.astral.sh/uv/getting-started/installation/',
  go: 'install manually: https://go.dev/doc/install',
};

/** Runs one of a skill's installers (reference protocol/methods.json, `skills.install`). Never rejects. */
export async function installSkill(request: InstallRequest, deps: InstallDeps): Promise<InstallOutcome> {
  const skill = deps.skills.find(({ name }) => name === request.name);
  if (skill === undefined) return notInstalled(`Skill not found: ${request.name}`);
  const spec = skill.metadata.install.find(({ id }) => id === request.installId);
  if (spec === undefined) return notInstalled(`Installer not found: ${request.installId}`);
  const timeoutMs = Math.min(Math.max(request.timeoutMs ?? DEFAULT_TIMEOUT_MS, MIN_TIMEOUT_MS), MAX_TIMEOUT_MS);
  deps.logger.info('installing what a skill needs', { skill: skill.name, installer: spec.id, kind: spec.kind });
  try {
    const outcome = await install(skill, spec, timeoutMs, deps);
    if (!outcome.ok) deps.logger.warn('an installer failed', { skill: skill.name, message: outcome.message });
    return outcome;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    deps.logger.warn('an installer failed', { skill: skill.name, error });
    return notInstalled(message, { stderr: message });
  }
}

async function install(skill: Skill, spec: InstallSpec, timeoutMs: number, deps: InstallDeps): Promise<InstallOutcome> {
  const { kind } = spec;
  const refusalOf = async (step: Omit<InstallStep, 'skill'>): Promise<string | undefined> =>
    deps.judge?.({ skill: skill.name, ...step }, deps.signal);
  if (kind === 'download') {
    const refusal = await refusalOf(spec.url === undefined ? {} : { url: spec.url });
    return refusal === undefined ? downloadTool(skill, spec, { ...deps, timeoutMs }) : notInstalled(refusal);
  }
  const reading = installerCommand(spec, kind, deps.settings.nodeManager);
  if (!reading.ok) return notInstalled(reading.problem);
  const { program, command } = reading;
  const refusal = await refusalOf({ command: command.argv.map(shellWord).join(' ') });
  if (refusal !== undefined) return notInstalled(refusal);
  const present = await findBins([program, 'brew'], deps.env.PATH ?? '');
  const limits = { env: deps.env, timeoutMs, signal: deps.signal };
  if (!present.has(program)) {
    const isBrewed = (program === 'go' || program === 'uv') && present.has('brew');
    if (!isBrewed) return notInstalled(missingProgram(program));
    const brewed = outcomeOf(await runInstaller({ argv: ['brew', 'install', program] }, limits), timeoutMs);
    if (!brewed.ok) return brewed;
  }
  const binDir = kind === 'go' && present.has('brew') ? await brewBinDir(limits) : undefined;
  const placed: InstallerCommand = binDir === undefined ? command : { ...command, env: { GOBIN: binDir } };
  return outcomeOf(await runInstaller(placed, limits), timeoutMs);
}

/** A word as a shell would read it back. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function missingProgram(program: string): string {
  const hint = HINTS[program];
  return `${program} not installed${hint === undefined ? '' : ` — ${hint}`}`;
}

/** Programs that Go builds go where Homebrew's are, because that folder is on the search path. */
async function brewBinDir(limits: Parameters<typeof runInstaller>[1]): Promise<string | undefined> {
  const { code, stdout } = await runInstaller({ argv: ['brew', '--prefix'] }, limits);
  return code === 0 && stdout.startsWith('/') ? `${stdout}/bin` : undefined;
}

function outcomeOf({ code, timedOut, stdout, stderr }: InstallerEnd, timeoutMs: number): InstallOutcome {
  const output = { stdout, stderr, code };
  if (code === 0) return installed('Installed', output);
  if (timedOut) return notInstalled(`Install failed (timed out after ${Math.round(timeoutMs / 1_000)} s)`, output);
  const said = lastLine(stderr) ?? lastLine(stdout);
  return notInstalled(`Install failed (exit ${code ?? 'unknown'})${said === undefined ? '' : `: ${said}`}`, output);
}

const SHOWN_MAX_CHARS = 300;

function lastLine(text: string): string | undefined {
  const line = text.trim().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? undefined : line.slice(0, SHOWN_MAX_CHARS);
}
