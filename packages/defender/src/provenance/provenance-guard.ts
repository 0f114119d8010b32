import type { ActionRequest } from '../action-request.ts';
import type { Finding, Guard } from '../finding.ts';
import { onlyLooks } from './only-looks.ts';
import { asksForPrivateData } from './private-request.ts';

/** Tools that act on the machine or on its settings. */
const ACTING = new Set([
  'exec',
  'bash',
  'process',
  'write',
  'edit',
  'apply_patch',
  'gateway',
  'cron',
  'nodes',
  'message',
  'sessions_spawn',
]);
const NETWORK_COMMAND =
  /\b(?:curl|wget|nc|ncat|netcat|socat|scp|sftp|rsync|ssh|ftp|mail|sendmail|telnet|gh|aws|gsutil|rclone|http)\b|\/dev\/(?:tcp|udp)\//;
const ORIGIN_POINTS = 20;
const TRIFECTA_POINTS = 30;

/**
 * Who is behind an action (reference defender/defender.md §B.3): what untrusted text asks for is asked of the owner
 * first, and a turn that has read untrusted text may not carry private data out without approval.
 */
export const provenanceGuard: Guard = (request, { provenance: { untrusted, waysOut } }) => {
  const findings: Finding[] = [];
  const { provenance } = request;
  if (provenance !== undefined && untrusted.includes(provenance) && acts(request)) {
    const reason = `the action was asked for by text from: ${provenance}`;
    findings.push({ tag: 'untrusted_origin', points: ORIGIN_POINTS, floor: 'review', reason });
  }
  if (provenance === 'peer' && request.prompt !== undefined && asksForPrivateData(request.prompt)) {
    const reason = 'a peer asks for private data of the owner';
    findings.push({ tag: 'private_data_request', points: ORIGIN_POINTS, floor: 'review', reason });
  }
  if (provenance === 'peer' && request.command !== undefined) {
    findings.push({ tag: 'untrusted_origin', points: 10, reason: 'the command was asked for by a peer' });
  }
  const read = request.turnHasRead ?? [];
  if (
    read.some((label) => untrusted.includes(label)) &&
    request.carriesPrivateData === true &&
    goesOut(request, waysOut)
  ) {
    const reason = 'the turn has read untrusted text and would now carry private data out';
    findings.push({ tag: 'untrusted_private_egress', points: TRIFECTA_POINTS, floor: 'review', reason });
  }
  return findings;
};

/** Tools that act by a command or on a file; a text without one is what they gave back. */
const ACTS_ON = new Set(['exec', 'bash', 'process', 'write', 'edit', 'apply_patch']);

function acts({ command, tool, filePath, prompt, provenance, content }: ActionRequest): boolean {
  if (command !== undefined) return !onlyLooks(command);
  if (tool === undefined || !ACTING.has(tool)) return false;
  const isReport = prompt !== undefined && filePath === undefined && content === undefined;
  return !(isReport && (ACTS_ON.has(tool) || provenance === tool.replace(/s$/, '')));
}

function goesOut({ tool, command, source }: ActionRequest, waysOut: readonly string[]): boolean {
  if (source === 'outbound') return true;
  if (command !== undefined) return NETWORK_COMMAND.test(command);
  return tool !== undefined && waysOut.includes(tool);
}
