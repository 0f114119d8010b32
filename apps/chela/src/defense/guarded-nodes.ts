import { randomUUID } from 'node:crypto';
import { commandText, type Nodes } from '@chela/nodes';
import { invalidRequest } from '@chela/protocol';
import type { ActionGate } from './action-gate.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Nodes whose commands are judged whoever asks for them (reference defender/defender.md §B.1). What agents ask for has
 * been judged as their tool call, and is not judged again.
 */
export function guardedNodes(nodes: Nodes, deps: { readonly gate: ActionGate; readonly agentCaller: string }): Nodes {
  return {
    ...nodes,
    async invoke(request, caller) {
      if (caller.connId === deps.agentCaller) return nodes.invoke(request, caller);
      const { command: name, nodeId, params } = request;
      const fields = fieldsOf(params);
      const command = name.trim() === 'system.run' ? runText(fields) : undefined;
      const action = {
        id: randomUUID(),
        source: 'node',
        tool: 'nodes',
        provenance: 'owner' as const,
        raw: { nodeId, command: name, params },
        ...(command !== undefined && { command }),
        ...(typeof fields.url === 'string' && { url: fields.url }),
      };
      const question = {
        command: command ?? `${name} on ${nodeId}`,
        agentId: null,
        sessionKey: null,
        // An approval that is not one is refused by the node service itself.
        isApproved: command !== undefined && (fields.approved === true || fields.approvalDecision !== undefined),
      };
      const passage = await deps.gate(action, question, new AbortController().signal);
      if (passage.isOpen) return nodes.invoke(request, caller);
      const { reasons, risk_score: riskScore, action: verdict } = passage.decision;
      throw invalidRequest(`node command refused by the defender: ${reasons.join('; ')}`, {
        code: 'REFUSED_BY_DEFENDER',
        why: passage.why,
        verdict,
        riskScore,
      });
    },
  };
}

function runText({ command, rawCommand }: Fields): string | undefined {
  if (Array.isArray(command)) return commandText(command.filter((word) => typeof word === 'string'));
  return [rawCommand, command].find((text) => typeof text === 'string');
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
