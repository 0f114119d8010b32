import type { CommandRooms } from '@chela/agent';
import {
  type ConfigEditor,
  type ConfigOverrides,
  type ConfigService,
  createConfigEditor,
  type Env,
  redactedConfig,
} from '@chela/config';
import type { Logger } from '@chela/observability';
import type { ApprovalDesk, SubagentRegistry } from '@chela/tools';

/** What commands in a chat may reach of the gateway. */
export function createCommandRooms(deps: {
  readonly config: ConfigService;
  readonly overrides: ConfigOverrides;
  readonly approvals: ApprovalDesk;
  readonly subagents: SubagentRegistry | undefined;
  readonly env: Env;
  readonly logger: Logger;
}): {
  readonly rooms: CommandRooms;
  /** Says who restarts the gateway; without one, it cannot be restarted from a chat. */
  restartBy(restart: (reason: string) => void): void;
} {
  const { config, approvals } = deps;
  let restart: CommandRooms['restart'];
  let editor: ConfigEditor | undefined;
  const edit = async (path: readonly string[], value: unknown): Promise<void> => {
    editor ??= createConfigEditor({ paths: config.paths, env: deps.env, logger: deps.logger });
    await editor.edit([{ path, value }]);
    await config.reload();
  };
  return {
    rooms: {
      approvals: { resolve: (id, decision, by) => approvals.resolve(id, decision, by) },
      configFile: {
        read: async () => redactedConfig(config.snapshot().parsed ?? {}),
        set: edit,
        unset: (path) => edit(path, undefined),
      },
      overrides: deps.overrides,
      ...(deps.subagents !== undefined && { subagents: deps.subagents }),
      get restart() {
        return restart;
      },
    },
    restartBy(next) {
      restart = next;
    },
  };
}
