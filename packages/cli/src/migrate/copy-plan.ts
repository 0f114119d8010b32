import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseJson5 } from '@chela/config';
import { isRecord } from '../json-reader.ts';
import type { FileAction } from './file-actions.ts';
import { mergeFile } from './merge-file.ts';
import type { Skipped } from './report.ts';
import { listStateFiles, placeInside } from './state-files.ts';

export interface CopyPlan {
  readonly actions: readonly FileAction[];
  readonly skipped: readonly Skipped[];
}

const CONFIG_FILES: readonly string[] = ['openclaw.json', 'clawdbot.json', 'moldbot.json', 'moltbot.json'];

/** What taking over another state directory means for the files of this one. Nothing is written. */
export async function planCopy(from: string, stateDir: string, configPath: string): Promise<CopyPlan> {
  const inside = await placeInside(from, stateDir);
  const { files, skipped } = await listStateFiles(from, (name) => {
    if (name === 'chela') return "it is a database of Chela's own; export it there first";
    return name === inside || CONFIG_FILES.includes(name);
  });
  const actions: FileAction[] = [];
  const stays: Skipped[] = [...skipped];
  for (const { name, path } of files) {
    const merge = await mergeFile(name, path, join(stateDir, name));
    if (merge === 'unchanged') continue;
    if ('action' in merge) actions.push(merge.action);
    else stays.push({ what: name, why: merge.why });
  }
  const config = await planConfig(from, configPath);
  return { actions: [...actions, ...config.actions], skipped: [...stays, ...config.skipped] };
}

/** The configuration comes along unless somebody has worked on the one here. */
async function planConfig(from: string, to: string): Promise<CopyPlan> {
  const names = await readdir(from);
  const name = CONFIG_FILES.find((candidate) => names.includes(candidate));
  if (name === undefined) return { actions: [], skipped: [] };
  const merge = await mergeFile(name, join(from, name), to);
  if (merge === 'unchanged') return { actions: [], skipped: [] };
  if ('action' in merge) return { actions: [merge.action], skipped: [] };
  if (await isUntouched(to)) return { actions: [{ kind: 'copy', from: join(from, name), to }], skipped: [] };
  return { actions: [], skipped: [{ what: name, why: `this directory has its own, ${basename(to)}` }] };
}

/** Whether a configuration is still the one that the first start made. */
async function isUntouched(path: string): Promise<boolean> {
  const config: unknown = await readFile(path, 'utf8')
    .then(parseJson5)
    .catch(() => undefined);
  if (!isRecord(config) || Object.keys(config).some((key) => key !== 'gateway' && key !== 'agents')) return false;
  const { gateway, agents } = config;
  const first = ['mode', 'bind', 'auth'];
  return (
    isRecord(gateway) &&
    Object.keys(gateway).every((key) => first.includes(key)) &&
    isRecord(agents) &&
    JSON.stringify(agents.list) === '[{"id":"main","default":true}]'
  );
}
