import { gatewayPort } from '@chela/config';
import { CliFailure } from '../../context.ts';
import { callGateway } from '../../gateway-call.ts';
import { resolveTarget } from '../../gateway-target.ts';
import { portListeners } from '../../port-listeners.ts';
import type { Check, Finding, Patient } from '../finding.ts';

const TIMEOUT_MS = 10_000;
const QUICK_TIMEOUT_MS = 3_000;

/** Whether the gateway answers with the secret that this machine has; when not, who has its port. */
export const gateway: Check = async (patient) => {
  const problem = await callProblem(patient);
  if (problem === undefined) return [];
  return [{ title: 'Gateway connection', lines: problem.map((line) => `- ${line}`) }, ...(await portFinding(patient))];
};

async function callProblem({ context, flags, loaded }: Patient): Promise<readonly string[] | undefined> {
  const timeoutMs = flags.nonInteractive === true ? QUICK_TIMEOUT_MS : TIMEOUT_MS;
  try {
    const target = resolveTarget(context, loaded, {});
    await callGateway(context, target, 'health', {}, { timeoutMs, mode: 'probe' });
    return undefined;
  } catch (error) {
    if (error instanceof CliFailure) return error.lines;
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function portFinding({ context, config, gatewayPid }: Patient): Promise<readonly Finding[]> {
  const port = gatewayPort(config, context.env);
  const listeners = await portListeners(port);
  const lines = listeners.map(({ pid, command, address }) => `- ${address} is taken by ${command} (process ${pid}).`);
  if (lines.length > 0) return [{ title: 'Gateway port', lines }];
  const state =
    gatewayPid === undefined
      ? 'No gateway runs; start one with chela gateway run.'
      : `Process ${gatewayPid} holds the gateway lock, but does not listen on ${port}.`;
  return [{ title: 'Gateway', lines: [`- ${state}`] }];
}
