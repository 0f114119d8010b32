import { shortcutsCount } from './commands/command-access.ts';
import { takeShortcuts } from './commands/inline-shortcuts.ts';
import { type Command, readCommand } from './commands/read-command.ts';
import { runCommand } from './commands/run-command.ts';
import { flushMemory } from './compaction/flush-memory.ts';
import type { AgentRequest, RunOutcome } from './runtime.ts';
import { readSkillTool, runSkillTool } from './skills/skill-tool.ts';
import { driveTurn } from './turn/drive-turn.ts';
import { createTurn, type ResumedTurn } from './turn/turn.ts';
import type { TurnDeps } from './turn/turn-deps.ts';
import type { TurnRun } from './turn/turn-run.ts';

/** How a run comes to its outcome: a command is answered, everything else is a turn. */
export interface RunDriver {
  /** The command a request consists of. */
  commandOf(request: AgentRequest): Command | undefined;
  drive(run: TurnRun, resumed: ResumedTurn | undefined): Promise<RunOutcome>;
}

export function createRunDriver(deps: {
  readonly turnDeps: TurnDeps;
  /** Runs that wait for a lane. */
  readonly waiting: () => number;
  readonly submit: (request: AgentRequest) => Promise<unknown>;
  /** Ends the other runs of the run's session; returns how many. */
  readonly stopOthers: (run: TurnRun) => Promise<number>;
}): RunDriver {
  const { turnDeps } = deps;
  /** For turns that nobody sees. */
  const quietDeps: TurnDeps = { ...turnDeps, emit: () => {} };
  const config = () => turnDeps.config.current();

  const commandOf = (request: AgentRequest): Command | undefined => readCommand(request, config(), turnDeps.rooms);

  /** Commands inside a message are messages of their own; each has its own run id, so it is answered once. */
  const answerShortcuts = async (request: AgentRequest): Promise<void> => {
    if (!shortcutsCount(config(), request)) return;
    for (const text of takeShortcuts(request.text).commands) {
      await deps.submit({ ...request, runId: `${request.runId}:${text}`, text, images: [] });
    }
  };

  return {
    commandOf,
    async drive(run, resumed) {
      const { request } = run;
      const isNew = resumed === undefined && run.abortReason() === undefined;
      const command = isNew ? commandOf(request) : undefined;
      if (command !== undefined) {
        const stopSession = () => deps.stopOthers(run);
        return runCommand(turnDeps, { run, command, waiting: deps.waiting(), stopSession });
      }
      const skillTool = isNew ? await readSkillTool(turnDeps, run) : undefined;
      if (skillTool !== undefined) return runSkillTool(turnDeps, run, skillTool);
      if (isNew) {
        await answerShortcuts(request);
        await flushMemory(turnDeps, run);
      }
      return driveTurn(request.memoryFlush === true ? quietDeps : turnDeps, createTurn(run, resumed));
    },
  };
}
