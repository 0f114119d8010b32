import { createLazyTransport, parseModelRef, type ScannedModel, scanModels } from '@chela/models';
import { systemClock } from '@chela/observability';
import { type CliContext, CliFailure } from '../context.ts';
import { numberFlag } from '../number-flag.ts';
import { boxTable } from '../table.ts';
import { type ModelSlot, writeSlot } from './model-config.ts';
import { type ModelDesk, openModelDesk } from './model-desk.ts';
import { withModels } from './with-models.ts';

export interface ScanFlags {
  readonly minParams?: string;
  readonly maxAgeDays?: string;
  readonly provider?: string;
  readonly maxCandidates?: string;
  readonly timeout?: string;
  readonly concurrency?: string;
  readonly probe: boolean;
  readonly yes?: boolean;
  readonly input: boolean;
  readonly setDefault?: boolean;
  readonly setImage?: boolean;
  readonly json?: boolean;
}

const CANDIDATES = 6;
const TIMEOUT_MS = 12_000;
const CONCURRENCY = 3;

/**
 * `models scan`: OpenRouter's free models, asked whether they call tools and see images, as fallbacks of this machine
 * (reference cli/commands.json).
 */
export async function modelsScan(context: CliContext, flags: ScanFlags): Promise<void> {
  const desk = await openModelDesk(context, undefined);
  const { output } = context;
  const results = await scan(context, desk, flags);
  if (!flags.probe) {
    if (flags.json) return output.json(results);
    return printTable(context, results);
  }
  const answering = results.filter(({ tool }) => tool.ok);
  if (!flags.json) printTable(context, results);
  if (answering.length === 0)
    throw new CliFailure(['Error: none of the free models calls tools now. Try again later.']);
  const most = numberFlag(flags.maxCandidates, CANDIDATES);
  const selected = await chosen(context, answering.slice(0, most), flags);
  const selectedImages = selected.filter(({ image }) => image.ok);
  if (selectedImages.length === 0 && flags.setImage) {
    throw new CliFailure(['Error: none of the chosen models sees images; --set-image has nothing to set.']);
  }
  const quiet = flags.json === true;
  await use(context, desk, 'model', selected, flags.setDefault === true, quiet);
  if (selectedImages.length > 0) {
    const again = await openModelDesk(context, undefined);
    await use(context, again, 'imageModel', selectedImages, flags.setImage === true, quiet);
  }
  if (!flags.json) return;
  output.json({
    selected: selected.map(({ modelRef }) => modelRef),
    selectedImages: selectedImages.map(({ modelRef }) => modelRef),
    setDefault: flags.setDefault === true,
    setImage: flags.setImage === true,
    results,
    warnings: [],
  });
}

function scan(context: CliContext, desk: ModelDesk, flags: ScanFlags): Promise<readonly ScannedModel[]> {
  return withModels(context, desk, async (models) => {
    if (flags.probe && (await models.credential('openrouter', desk.agentId)) === undefined) {
      throw new CliFailure([
        'Error: asking the models needs a key of OpenRouter. Set OPENROUTER_API_KEY, or list them with --no-probe.',
      ]);
    }
    const minParamsB = positive('--min-params', flags.minParams);
    const maxAgeDays = positive('--max-age-days', flags.maxAgeDays);
    return scanModels(
      { models, transport: createLazyTransport(), clock: systemClock, agentId: desk.agentId },
      {
        probe: flags.probe,
        timeoutMs: numberFlag(flags.timeout, TIMEOUT_MS),
        concurrency: numberFlag(flags.concurrency, CONCURRENCY),
        signal: new AbortController().signal,
        ...(minParamsB === undefined ? {} : { minParamsB }),
        ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
        ...(flags.provider === undefined ? {} : { provider: flags.provider }),
      },
    );
  });
}

function positive(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value >= 0)) throw new CliFailure([`Error: ${flag} must be a number, not negative`]);
  return value;
}

/** What a person picks; all that were offered with `--yes`. */
async function chosen(
  { prompt }: CliContext,
  offered: readonly ScannedModel[],
  { yes, input }: ScanFlags,
): Promise<readonly ScannedModel[]> {
  if (yes) return offered;
  if (!prompt.isTty || !input) {
    throw new CliFailure([
      'Error: nobody is there to choose. Pass --yes to take the best ones, or --no-probe to list.',
    ]);
  }
  const numbers = offered.map(({ modelRef }, index) => `${index + 1} ${modelRef}`).join('\n');
  const answer = (await prompt.ask(`${numbers}\nFallbacks in order, as numbers; empty takes all: `)).trim();
  if (answer === '') return offered;
  const picked = answer.split(/[\s,]+/).flatMap((word) => offered[Number(word) - 1] ?? []);
  if (picked.length === 0) throw new CliFailure(['Error: none of these is a number of the list']);
  return [...new Set(picked)];
}

async function use(
  context: CliContext,
  desk: ModelDesk,
  slot: ModelSlot,
  models: readonly ScannedModel[],
  setsPrimary: boolean,
  quiet: boolean,
): Promise<void> {
  const fallbacks = models.map(({ modelRef }) => modelRef);
  const [primary] = fallbacks;
  const named = fallbacks.flatMap((name) => parseModelRef(name, '') ?? []);
  const change = { fallbacks, ...(setsPrimary && primary !== undefined ? { primary } : {}) };
  const told = quiet ? { ...context, output: { ...context.output, line: () => undefined } } : context;
  await writeSlot(told, desk, slot, change, named);
  told.output.line(`${slot === 'model' ? 'Fallbacks' : 'Image fallbacks'}: ${fallbacks.join(', ')}`);
  if (setsPrimary) told.output.line(`${slot === 'model' ? 'Default model' : 'Image model'}: ${primary}`);
}

function printTable({ output }: CliContext, results: readonly ScannedModel[]): void {
  if (results.length === 0) return output.line('No free models match.');
  const rows = results.map(({ modelRef, tool, image, contextLength, inferredParamB }) => [
    modelRef,
    probeText(tool),
    probeText(image),
    contextLength === null ? '-' : String(contextLength),
    inferredParamB === null ? '-' : `${inferredParamB}b`,
    tool.error ?? '',
  ]);
  for (const line of boxTable(['Model', 'Tool', 'Image', 'Context', 'Params', 'Notes'], rows, output.columns)) {
    output.line(line);
  }
}

function probeText({ ok, skipped, latencyMs }: ScannedModel['tool']): string {
  if (skipped) return '-';
  return ok ? `${latencyMs} ms` : 'no';
}
