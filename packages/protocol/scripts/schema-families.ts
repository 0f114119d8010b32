/** Which file of `src/schemas/` a schema of the contract belongs to: the first prefix that fits. */
const FAMILY_PREFIXES = [
  ['agents', ['Agents', 'AgentSummary']],
  ['agent', ['Agent']],
  ['channels', ['Channel']],
  ['chat', ['Chat']],
  ['config', ['Config']],
  ['cron', ['Cron']],
  ['devices', ['Device']],
  ['exec-approvals', ['ExecApproval']],
  ['logs', ['Logs']],
  ['messaging', ['Send', 'Poll', 'Wake']],
  ['models', ['Model']],
  ['nodes', ['Node']],
  ['sessions', ['Sessions']],
  ['skills', ['Skills']],
  ['talk', ['Talk']],
  ['update', ['Update']],
  ['web-login', ['WebLogin']],
  ['wizard', ['Wizard']],
  ['connection', ['']],
] as const;

export type Family = (typeof FAMILY_PREFIXES)[number][0];

export function familyOf(schemaName: string): Family {
  for (const [family, prefixes] of FAMILY_PREFIXES) {
    if (prefixes.some((prefix) => schemaName.startsWith(prefix))) return family;
  }
  throw new Error(`no family for schema ${schemaName}`);
}
