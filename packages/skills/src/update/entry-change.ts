import type { ConfigEdit } from '@chela/config';
import { textField } from '../frontmatter/fields.ts';
import type { SkillEntry } from '../skill-settings.ts';

/** Parameters of `skills.update` (reference protocol/methods.json). */
export interface SkillEntryChange {
  readonly skillKey: string;
  readonly enabled?: boolean;
  /** Blank: removed. */
  readonly apiKey?: string;
  /** A blank value removes its variable. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ChangedEntry {
  /** The edits of `openclaw.json` that make the change. */
  readonly edits: readonly ConfigEdit[];
  /** The entry as it is afterwards, as far as this method knows it. */
  readonly config: {
    readonly enabled?: boolean;
    readonly apiKey?: string;
    readonly env?: Readonly<Record<string, string>>;
  };
}

/** What a change of `skills.entries.<key>` writes. Members that are not named stay as they are. */
export function entryChange(current: SkillEntry, change: SkillEntryChange): ChangedEntry {
  const path = ['skills', 'entries', change.skillKey];
  const edits: ConfigEdit[] = [];
  if (change.enabled !== undefined) edits.push({ path: [...path, 'enabled'], value: change.enabled });
  const apiKey = change.apiKey === undefined ? current.apiKey : textField(change.apiKey);
  if (apiKey !== current.apiKey) edits.push({ path: [...path, 'apiKey'], value: apiKey });
  const env = { ...current.env };
  for (const [key, raw] of Object.entries(change.env ?? {})) {
    const [name, value] = [key.trim(), raw.trim()];
    if (name === '' || (value === '' && env[name] === undefined)) continue;
    edits.push({ path: [...path, 'env', name], value: value === '' ? undefined : value });
    if (value === '') delete env[name];
    else env[name] = value;
  }
  const enabled = change.enabled ?? current.enabled;
  const hasEnv = Object.keys(env).length > 0;
  return {
    edits,
    config: {
      ...(enabled !== undefined && { enabled }),
      ...(apiKey !== undefined && { apiKey }),
      ...(hasEnv && { env }),
    },
  };
}
