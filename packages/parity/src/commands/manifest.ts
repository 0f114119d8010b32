import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buildManifest } from '../manifest/build-manifest.ts';
import { checkManifest } from '../manifest/check-manifest.ts';
import { loadManifest, MANIFEST_FILE, manifestText } from '../manifest/manifest-file.ts';
import { loadScorecard, SCORECARD_FOLDER } from '../scorecard/scorecard-file.ts';
import { type Command, parseArguments, UsageError } from './command.ts';
import { tallyLine } from './tally.ts';

/** `parity manifest`: writes every requirement with its evidence, or checks what is written. */
export const manifest: Command = {
  usage: `parity manifest [--check]    write parity/manifest.json from the contract's data and the evidence
  --check             write nothing; fail on a missing or stale entry and on evidence that is not there, did not run or
                      failed in the last score
  --scorecard DIR     folder of the last score (default: parity/ of the checkout)`,
  async run(args, io) {
    const options = {
      check: { type: 'boolean', default: false },
      scorecard: { type: 'string', default: SCORECARD_FOLDER },
    } as const;
    const { values, positionals } = parseArguments(args, options);
    if (positionals.length > 0) throw new UsageError(`manifest takes no ${positionals[0]}`);
    const built = await buildManifest();
    if (!values.check) {
      await mkdir(dirname(MANIFEST_FILE), { recursive: true });
      await writeFile(MANIFEST_FILE, manifestText(built));
      const proven = built.filter(({ evidence }) => evidence.length > 0).length;
      io.out(`${built.length} requirements, ${proven} with evidence`);
      return 0;
    }
    const [written, scorecard] = await Promise.all([loadManifest(), loadScorecard(values.scorecard)]);
    const problems = await checkManifest({ built, written, scorecard });
    for (const problem of problems) io.out(problem);
    io.out(tallyLine(written.length, problems.length));
    return problems.length > 0 ? 1 : 0;
  },
};
