import type { RawCommandReader } from './baseline/raw-command.ts';
import { createCommandGuard } from './commands/command-guard.ts';
import { fileGuard } from './files/file-guard.ts';
import { urlGuard } from './files/url-guard.ts';
import type { Guard } from './finding.ts';
import { provenanceGuard } from './provenance/provenance-guard.ts';
import { secretGuard } from './secrets/secret-guard.ts';
import { createTextGuard } from './text/text-guard.ts';

/** The guards of the full rule set, beside the baseline's (reference defender/defender.md §B). */
export function fullGuards(commands: RawCommandReader): readonly Guard[] {
  return [createCommandGuard(commands), createTextGuard(), provenanceGuard, fileGuard, urlGuard, secretGuard];
}
