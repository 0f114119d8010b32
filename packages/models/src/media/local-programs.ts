import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Clock } from '@chela/observability';
import type { Environment } from '../catalog/environment-keys.ts';
import { filledString } from '../json-shape.ts';
import type { MediaKind, MediaModel, MediaSettings } from './settings.ts';

/** Programs of this machine that understand media without being configured (reference agent/models.md §10). */
export interface LocalPrograms {
  /** The ways through installed programs, best first. What was found is good for a minute. */
  ways(kind: MediaKind, defaults: MediaSettings['defaults']): Promise<readonly MediaModel[]>;
}

const GOOD_FOR_MS = 60_000;
const SHERPA_PARTS = ['tokens.txt', 'encoder.onnx', 'decoder.onnx', 'joiner.onnx'] as const;

interface Installed {
  readonly command: string;
  readonly args: readonly string[];
}

export function createLocalPrograms({
  env,
  clock,
}: {
  readonly env: Environment;
  readonly clock: Clock;
}): LocalPrograms {
  const looks = new Map<MediaKind, { readonly until: number; readonly found: Promise<readonly Installed[]> }>();
  const look = async (kind: MediaKind): Promise<readonly Installed[]> => {
    const speech = kind === 'audio' ? [sherpa(env), whisperCpp(env), whisper(env)] : [];
    return (await Promise.all([...speech, gemini(env)])).flatMap((program) => program ?? []);
  };
  return {
    async ways(kind, defaults) {
      const now = clock.now();
      const last = looks.get(kind);
      const current = last !== undefined && now < last.until ? last : { until: now + GOOD_FOR_MS, found: look(kind) };
      looks.set(kind, current);
      const base = { type: 'cli' as const, provider: undefined, model: undefined, capabilities: [], ...defaults };
      return (await current.found).map(({ command, args }) => ({ ...base, command, args }));
    },
  };
}

async function sherpa(env: Environment): Promise<Installed | undefined> {
  const folder = filledString(env.SHERPA_ONNX_MODEL_DIR);
  const command = folder === undefined ? undefined : await findProgram('sherpa-onnx-offline', env);
  if (folder === undefined || command === undefined) return undefined;
  const [tokens, encoder, decoder, joiner] = SHERPA_PARTS.map((name) => join(folder, name));
  const files = [tokens, encoder, decoder, joiner].flatMap((path) => path ?? []);
  if (!(await Promise.all(files.map(isFile))).every(Boolean)) return undefined;
  return {
    command,
    args: [`--tokens=${tokens}`, `--encoder=${encoder}`, `--decoder=${decoder}`, `--joiner=${joiner}`, '{{MediaPath}}'],
  };
}

/** whisper.cpp; without a model file it has nothing to listen with. */
async function whisperCpp(env: Environment): Promise<Installed | undefined> {
  const model = filledString(env.WHISPER_CPP_MODEL);
  if (model === undefined || !(await isFile(model))) return undefined;
  const command = await findProgram('whisper-cli', env);
  const args = ['-m', model, '-otxt', '-of', '{{OutputBase}}', '-np', '-nt', '{{MediaPath}}'];
  return command === undefined ? undefined : { command, args };
}

async function whisper(env: Environment): Promise<Installed | undefined> {
  const command = await findProgram('whisper', env);
  const output = ['--output_format', 'txt', '--output_dir', '{{OutputDir}}', '--verbose', 'False'];
  return command === undefined ? undefined : { command, args: ['--model', 'turbo', ...output, '{{MediaPath}}'] };
}

/** Google's command line; it may read files and nothing else. */
async function gemini(env: Environment): Promise<Installed | undefined> {
  const command = await findProgram('gemini', env);
  if (command === undefined) return undefined;
  const reading = ['--allowed-tools', 'read_many_files', '--include-directories', '{{MediaDir}}'];
  return { command, args: [...reading, '-p', '{{Prompt}} The file is {{MediaPath}}. Answer with the text alone.'] };
}

async function findProgram(name: string, env: Environment): Promise<string | undefined> {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder !== '' && (await isFile(path)) && (await mayRun(path))) return path;
  }
  return undefined;
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
}

function mayRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
