import { readFile } from 'node:fs/promises';
import { type ConfigEdit, createConfigEditor, parseConfigPath, parseJson5, valueAtPath } from '@chela/config';
import type { Logger } from '@chela/observability';
import { type CliContext, CliFailure } from '../context.ts';
import { loadConfig, requireValid } from '../loaded-config.ts';

/** Notes of the editor go to stderr as plain lines, where scripts of the original expect them. */
function stderrLogger(context: CliContext): Logger {
  const print = (message: string): void => context.output.errorLine(message);
  const logger: Logger = {
    subsystem: 'config',
    log: (_level, message) => print(message),
    debug: () => {},
    info: print,
    warn: print,
    error: print,
    child: () => logger,
  };
  return logger;
}

function pathOf(source: string): string[] {
  if (source.startsWith('--')) throw new CliFailure([`error: unknown option '${source}'`]);
  const path = parseConfigPath(source);
  if (path.length === 0) throw new CliFailure(['Error: the path is empty; give one like gateway.port']);
  return path;
}

/** Changes the file with the editor that keeps comments and unknown keys, and says so on stderr. */
export async function editConfig(context: CliContext, changes: readonly ConfigEdit[]): Promise<void> {
  const { paths } = await loadConfig(context);
  const editor = createConfigEditor({ paths, env: context.env, logger: stderrLogger(context) });
  await editor.edit(changes);
}

/** `config get`: a value of the defaulted configuration; scalars raw, everything else as JSON. */
export async function configGet(
  context: CliContext,
  source: string,
  flags: { readonly json?: boolean },
): Promise<void> {
  const path = pathOf(source);
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const seen = valueAtPath(loaded.snapshot.config, path);
  if (!seen.found || seen.value === undefined) throw new CliFailure([`Config path not found: ${source}`]);
  const { value } = seen;
  if (flags.json || (typeof value === 'object' && value !== null)) return context.output.json(value);
  context.output.line(String(value));
}

/** JSON5 where it parses; else the text itself, unless `--json` insists. */
async function parseValue(text: string, strict: boolean): Promise<unknown> {
  try {
    return await parseJson5(text);
  } catch (error) {
    if (!strict) return text;
    throw new CliFailure([
      `Error: Failed to parse JSON5 value: ${error instanceof Error ? `SyntaxError: ${error.message}` : String(error)}`,
    ]);
  }
}

/** `config set`: one value; comments and everything else stay as they are. Works on a broken file when it mends it. */
export async function configSet(
  context: CliContext,
  source: string,
  text: string,
  flags: { readonly json?: boolean },
): Promise<void> {
  await editConfig(context, [{ path: pathOf(source), value: await parseValue(text, flags.json === true) }]);
  context.output.line(`Updated ${source}. Restart the gateway to apply.`);
}

/** `config unset`: removes a key, or an element by its index. */
export async function configUnset(context: CliContext, source: string): Promise<void> {
  const path = pathOf(source);
  const { snapshot } = await loadConfig(context);
  if (!valueAtPath(snapshot.parsed, path).found) throw new CliFailure([`Config path not found: ${source}`]);
  await editConfig(context, [{ path, value: undefined }]);
  context.output.line(`Removed ${source}. Restart the gateway to apply.`);
}

/** `config rollback`: the newest backup becomes the file, and the file the newest backup. */
export async function configRollback(context: CliContext): Promise<void> {
  const { paths } = await loadConfig(context);
  const backup = `${paths.configPath}.bak`;
  const raw = await readFile(backup, 'utf8').catch(() => undefined);
  if (raw === undefined) throw new CliFailure([`There is nothing to put back: ${backup} is missing.`]);
  const editor = createConfigEditor({ paths, env: context.env, logger: stderrLogger(context) });
  await editor.restore(raw);
  context.output.line(`Put ${paths.configPath} back as it was before. Restart the gateway to apply.`);
}

/** `config file`: where the configuration is read from. */
export async function configFile(context: CliContext): Promise<void> {
  context.output.line((await loadConfig(context)).snapshot.path);
}
