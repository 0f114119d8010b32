import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isRecord } from '../../json-reader.ts';
import { type CodeSight, scanFolder } from '../code-scan/scan-folder.ts';
import { type AuditCheck, type AuditFinding, textsOf, when } from '../finding.ts';

const SIGHTS_SHOWN = 5;

/** What the programs of plugins and skills do, by their text; asked for with `--deep` (reference cli/doctor.md §2). */
export const codeSafetyChecks: AuditCheck = async ({ at, paths, workspaceDirs }) => {
  const extensions = await foldersIn(join(paths.stateDir, 'extensions'));
  const roots = [
    join(paths.stateDir, 'skills'),
    ...workspaceDirs.map((workspace) => join(workspace, 'skills')),
    ...textsOf(at('skills.load.extraDirs')).map((dir) => resolve(dir.replace(/^~(?=\/|$)/, paths.homeDir))),
  ];
  const skills = (await Promise.all([...new Set(roots)].map(foldersIn))).flat();
  const found: (readonly AuditFinding[])[] = [];
  for (const folder of extensions) found.push(await pluginFindings(folder));
  for (const folder of skills) if (await isThere(join(folder, 'SKILL.md'))) found.push(await skillFindings(folder));
  return found.flat();
};

async function pluginFindings(folder: string): Promise<readonly AuditFinding[]> {
  const entries = await pluginEntries(folder);
  const real = await realpath(folder).catch(() => folder);
  const places = await Promise.all(
    entries.map(async (entry) => {
      const path = resolve(folder, entry);
      const isOutside =
        !isBelow(folder, path) || !isBelow(real, await realpath(path).catch(() => resolve(real, entry)));
      return { entry, path, isOutside, isOdd: relative(folder, path).split(sep).some(isHiddenName) };
    }),
  );
  const outside = places.filter(({ isOutside }) => isOutside);
  const odd = places.filter(({ isOutside, isOdd }) => isOdd && !isOutside);
  const first: string[] = [];
  for (const { path, isOutside } of places) if (!isOutside && (await isThere(path))) first.push(path);
  return [
    ...when(outside.length > 0, {
      checkId: 'plugins.code_safety.entry_escape',
      severity: 'critical',
      title: 'A plugin starts a program outside its own folder',
      detail: `${folder}: ${outside.map(({ entry }) => entry).join(', ')}`,
      remediation: 'Remove the plugin unless you know what it starts.',
    }),
    ...when(odd.length > 0, {
      checkId: 'plugins.code_safety.entry_path',
      severity: 'warn',
      title: 'A plugin starts a program from a hidden folder',
      detail: `${folder}: ${odd.map(({ entry }) => entry).join(', ')}`,
      remediation: 'Look at the program before you go on with the plugin.',
    }),
    ...(await scanned('plugins', folder, first)),
  ];
}

const skillFindings = (folder: string): Promise<readonly AuditFinding[]> => scanned('skills', folder, []);

async function scanned(
  kind: 'plugins' | 'skills',
  folder: string,
  first: readonly string[],
): Promise<readonly AuditFinding[]> {
  const what = kind === 'plugins' ? 'plugin' : 'skill';
  let sights: readonly CodeSight[];
  try {
    sights = await scanFolder(folder, first);
  } catch (error) {
    return [
      {
        checkId: `${kind}.code_safety.scan_failed`,
        severity: 'warn',
        title: `The programs of a ${what} cannot be read`,
        detail: `${folder}: ${error instanceof Error ? error.message : String(error)}`,
      },
    ];
  }
  const lines = sights.slice(0, SIGHTS_SHOWN).map(({ rule, file, line }) => `${rule} (${file}:${line})`);
  const more = sights.length - lines.length;
  return when(sights.length > 0, {
    checkId: `${kind}.code_safety`,
    severity: sights.some(({ severity }) => severity === 'critical') ? 'critical' : 'warn',
    title: `The programs of a ${what} do what needs a look`,
    detail: `${folder}: ${lines.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    remediation: `Read these places before you use the ${what}.`,
  });
}

/** `openclaw.extensions` of a plugin's package file. */
async function pluginEntries(folder: string): Promise<readonly string[]> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const section = isRecord(value) ? value.openclaw : undefined;
    return isRecord(section) ? textsOf(section.extensions) : [];
  } catch {
    // Without a readable package file there is nothing it could name; the folder is looked through all the same.
    return [];
  }
}

async function foldersIn(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name));
}

const isThere = (path: string): Promise<boolean> =>
  stat(path)
    .then((found) => found.isFile())
    .catch(() => false);

function isBelow(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}

function isHiddenName(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}
