/** Commands that are answered inside an ordinary message and taken out of it (reference agent/sessions.md §19). Pure. */

export interface Shortcuts {
  /** The commands that were found, each once, as messages of their own. */
  readonly commands: readonly string[];
  /** The message without them. */
  readonly rest: string;
}

const SHORTCUT = /(?<=^|\s)\/(help|commands|whoami|id|status)(?=$|\s|:)\s*/gi;

/** No commands for a message that holds none, and for one that holds nothing else. */
export function takeShortcuts(text: string): Shortcuts {
  const found = new Set<string>();
  const rest = text
    .replace(SHORTCUT, (_all, name: string) => {
      found.add(`/${name.toLowerCase()}`);
      return '';
    })
    .trim();
  return rest === '' || found.size === 0 ? { commands: [], rest: text } : { commands: [...found], rest };
}
