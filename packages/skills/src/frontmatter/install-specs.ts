import { ARCHIVE_KINDS, INSTALL_KINDS, type InstallSpec } from '../skill.ts';
import { type Fields, isFields, textField, textsField } from './fields.ts';

const STRIP_MAX = 20;

/** The install section of a skill; entries without a known kind are left out. Ids default to `<kind>-<index>`. */
export function readInstallSpecs(value: unknown): readonly InstallSpec[] {
  const entries = Array.isArray(value) ? value.filter(isFields) : [];
  return entries.flatMap((entry, index) => installSpec(entry, index) ?? []);
}

function installSpec(entry: Fields, index: number): InstallSpec | undefined {
  const named = textField(entry.kind ?? entry.type)?.toLowerCase();
  const kind = INSTALL_KINDS.find((known) => known === named);
  if (kind === undefined) return undefined;
  const archive = ARCHIVE_KINDS.find((known) => known === textField(entry.archive)?.toLowerCase());
  const { stripComponents: strip } = entry;
  const isCount = typeof strip === 'number' && Number.isInteger(strip) && strip >= 0 && strip <= STRIP_MAX;
  return {
    id: textField(entry.id) ?? `${kind}-${index}`,
    kind,
    bins: textsField(entry.bins),
    os: textsField(entry.os),
    ...texts(entry),
    ...(archive !== undefined && { archive }),
    ...(typeof entry.extract === 'boolean' && { extract: entry.extract }),
    ...(isCount && { stripComponents: strip }),
  };
}

const TEXT_MEMBERS = ['label', 'formula', 'package', 'module', 'url', 'targetDir'] as const;

function texts(entry: Fields): Partial<Record<(typeof TEXT_MEMBERS)[number], string>> {
  return Object.fromEntries(
    TEXT_MEMBERS.flatMap((name) => {
      const value = textField(entry[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
