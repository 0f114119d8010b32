import { createRestorePoints } from '@chela/config';
import { perform, touchedFiles } from '../../migrate/file-actions.ts';
import { findLegacyFolders, legacyConfigCopy, moveFolder } from '../../migrate/legacy-folders.ts';
import { planLayoutMoves } from '../../migrate/legacy-layout.ts';
import type { Check } from '../finding.ts';

/** Folders and files under names of earlier releases; they get their present ones, unless a gateway uses them. */
export const legacyFolders: Check = async ({ context, paths, gatewayPid }) => {
  const { move, others } = await findLegacyFolders(paths, context.env);
  const stays = others.map(
    (path) => `- ${path} is left beside ${paths.stateDir}; take it over with chela migrate --from.`,
  );
  const findings = stays.length === 0 ? [] : [{ title: 'Doctor warnings', lines: stays }];
  if (move === undefined || gatewayPid !== undefined) return findings;
  return [
    ...findings,
    {
      title: 'Doctor changes',
      lines: [`State of an earlier release: ${move.from}`],
      repair: {
        policy: 'always',
        question: 'Rename the state directory?',
        async run() {
          await moveFolder(move);
          return [`Renamed ${move.from} to ${move.to} and left a link.`];
        },
      },
    },
  ];
};

export const legacyConfigName: Check = async ({ context, paths }) => {
  const copy = legacyConfigCopy(paths, context.env);
  if (copy === undefined) return [];
  return [
    {
      title: 'Doctor changes',
      lines: [`Configuration under the name of an earlier release: ${copy.from}`],
      repair: {
        policy: 'always',
        question: 'Copy the configuration to its present name?',
        async run() {
          await perform({ kind: 'copy', ...copy });
          return [`Copied ${copy.from} to ${copy.to}.`];
        },
      },
    },
  ];
};

/** Sessions, credentials and WhatsApp files where they were before there were agents and accounts. */
export const legacyLayout: Check = async ({ context, paths, config, gatewayPid }) => {
  const moves = await planLayoutMoves(paths.stateDir, config);
  if (moves.length === 0 || gatewayPid !== undefined) return [];
  return [
    {
      title: 'Legacy state detected',
      lines: moves.map((move) => `- ${move.kind === 'move' ? move.from : move.to}`),
      repair: {
        policy: 'always',
        question: 'Move the files to their present places?',
        async run() {
          const points = createRestorePoints({ stateDir: paths.stateDir, now: context.now });
          const { id } = await points.create({ reason: 'doctor', files: touchedFiles(moves) });
          for (const move of moves) await perform(move);
          return [`Moved ${moves.length} files. To undo it: chela restore apply ${id}`];
        },
      },
    },
  ];
};
