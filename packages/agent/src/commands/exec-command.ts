import type { Config } from '@chela/config';
import type { SessionEntry } from '@chela/store';
import type { CommandAnswer } from './command.ts';
import { EXEC_VALUES, type ExecDirective, type ExecOption } from './inline-directives.ts';

export interface ExecFacts {
  readonly config: Config;
  readonly agentId: string;
  readonly entry: SessionEntry | undefined;
}

const ENTRY_MEMBERS = {
  host: 'execHost',
  security: 'execSecurity',
  ask: 'execAsk',
  node: 'execNode',
} as const satisfies Readonly<Record<ExecOption, string>>;
const OPTIONS = ['host', 'security', 'ask', 'node'] as const;

/** `/exec host=… security=… ask=… node=…`: how commands run in this session (reference agent/sessions.md §19). Pure. */
export function answerExec({ raw, valid }: ExecDirective, facts: ExecFacts): CommandAnswer {
  const given = OPTIONS.filter((option) => raw[option] !== undefined);
  if (given.length === 0) return { text: currentText(facts) };
  const refusals = given.flatMap((option) => {
    if (valid[option] !== undefined) return [];
    if (option === 'node') return ['The exec node needs an id, as in node=<id>.'];
    return [`"${raw[option]}" is no exec ${option}. Valid ${PLURALS[option]}: ${EXEC_VALUES[option].join(', ')}.`];
  });
  if (refusals.length > 0) return { text: refusals.join(' ') };
  const said = given.map((option) => `${option}=${valid[option]}`).join(', ');
  const members = Object.fromEntries(given.map((option) => [ENTRY_MEMBERS[option], valid[option]]));
  return { text: `⚙️ Exec defaults are now (${said}).`, change: (entry) => ({ ...entry, ...members }) };
}

const PLURALS = { host: 'hosts', security: 'levels', ask: 'modes' } as const;

function currentText({ config, agentId, entry }: ExecFacts): string {
  const own = config.agents?.list?.find(({ id }) => id === agentId)?.tools?.exec;
  const settings = { ...config.tools?.exec, ...own };
  const kept = (option: ExecOption): string | undefined => {
    const value = entry?.[ENTRY_MEMBERS[option]];
    return typeof value === 'string' ? value : undefined;
  };
  const host = kept('host') ?? settings.host ?? 'sandbox';
  const security = kept('security') ?? settings.security ?? (host === 'sandbox' ? 'deny' : 'allowlist');
  const ask = kept('ask') ?? settings.ask ?? 'on-miss';
  return [
    `Current exec defaults: host=${host}, security=${security}, ask=${ask}, node=${kept('node') ?? '(unset)'}.`,
    'Options: host=sandbox|gateway|node, security=deny|allowlist|full, ask=off|on-miss|always, node=<id>.',
  ].join('\n');
}
