import { randomUUID } from 'node:crypto';
import { createConfigService } from '@chela/config';
import { createDefenderService, type DecisionRecord } from '@chela/defender';
import { redactText, silentLogger, systemClock } from '@chela/observability';
import type { InstallStep } from '@chela/skills';
import { createStore } from '@chela/store';
import { defaultDefenderMode } from './default-mode.ts';
import { defenderSection } from './defender-section.ts';

/** Somebody who can be asked. */
interface Asked {
  readonly isTty: boolean;
  confirm(question: string): Promise<boolean>;
}

/**
 * Judges what a command of this machine would install, without a gateway (reference defender/defender.md §B.1). Undefined
 * lets it go on. The decision is written into the audit log before that; while a gateway has the database it cannot be,
 * and stays with the person at the terminal.
 */
export async function judgeInstall(step: InstallStep, person: Asked): Promise<string | undefined> {
  const logger = silentLogger('defender');
  const config = await createConfigService({ env: process.env, logger, watch: false });
  await config.close();
  const { stateDir } = config.paths;
  const records: DecisionRecord[] = [];
  const defender = createDefenderService({
    stateDir,
    section: () => defenderSection(config.current()),
    env: process.env,
    defaultMode: await defaultDefenderMode(stateDir, false),
    record: (batch) => void records.push(...batch),
    redact: redactText,
    clock: systemClock,
    logger,
  });
  const { skill, command, url } = step;
  const ruling = await defender.rule({
    id: randomUUID(),
    source: 'install',
    tool: 'hooks.install',
    raw: { hook: skill, command, url },
    ...(command !== undefined && { command }),
    ...(url !== undefined && { url }),
  });
  await keep(records, stateDir);
  if (ruling.effect === 'run') return undefined;
  const why = ruling.decision.reasons.join('; ');
  if (ruling.effect === 'refuse') return `The defender blocked this installation: ${why}`;
  if (!person.isTty) return `This installation needs approval, and nobody can be asked here: ${why}`;
  const isWanted = await person.confirm(
    `The defender wants your word for ${command ?? url ?? skill} (${why}). Install it?`,
  );
  return isWanted ? undefined : 'Not installed.';
}

async function keep(records: readonly DecisionRecord[], stateDir: string): Promise<void> {
  if (records.length === 0) return;
  try {
    const logger = silentLogger('store');
    const workspaceDir = () => stateDir;
    const store = await createStore({
      stateDir,
      mirror: false,
      workspaceDir,
      importOnDemand: true,
      clock: systemClock,
      logger,
    });
    try {
      store.audit.appendAll(records);
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'StoreLockedError') throw error;
  }
}
