/** The rules of AGENTS.md that must outlive a compaction (reference agent/sessions.md §14.5). Pure. */

/** Headings under which workspaces keep them: those of the contract, and those of our own and of older templates. */
const HEADINGS: ReadonlySet<string> = new Set([
  'session startup',
  'red lines',
  'at the start of a session',
  'limits',
  'every session',
  'safety',
]);
const MAX_CHARS = 3_000;

/** The note for the next message; undefined when AGENTS.md has no such rules. */
export function criticalRulesNote(agentsFile: string): string | undefined {
  const rules = criticalSections(agentsFile).join('\n\n');
  if (rules === '') return undefined;
  const shown = rules.length > MAX_CHARS ? `${rules.slice(0, MAX_CHARS)}\n...[truncated]...` : rules;
  return [
    '[Post-compaction context refresh]',
    'The earlier conversation was summarised just now. The summary may have lost your rules: follow them, and read again what they tell you to read, before you answer.',
    `Critical rules from AGENTS.md:\n\n${shown}`,
  ].join('\n\n');
}

/** The sections of level 2 and 3 with such a heading, as they stand; what is deeper belongs to them. Fenced lines are no headings. */
function criticalSections(text: string): readonly string[] {
  const sections: string[][] = [];
  let level = 0;
  let isFenced = false;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*```/.test(line)) isFenced = !isFenced;
    const heading = isFenced ? null : /^(#{1,6})\s+(.+?)\s*#*\s*$/.exec(line);
    const [, marks = '', title = ''] = heading ?? [];
    if (heading !== null && (level === 0 || marks.length <= level)) {
      const isCritical = (marks.length === 2 || marks.length === 3) && HEADINGS.has(title.toLowerCase());
      level = isCritical ? marks.length : 0;
      if (isCritical) sections.push([]);
    }
    if (level > 0) sections.at(-1)?.push(line);
  }
  return sections.map((lines) => lines.join('\n').trim());
}
