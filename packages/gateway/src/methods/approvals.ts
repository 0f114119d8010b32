import { invalidRequest } from '@chela/protocol';
import type { MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

const DECISIONS: ReadonlySet<string> = new Set(['allow-once', 'allow-always', 'deny']);

/** Approvals can be asked about before anything asks for one: none is pending. */
export const approvalMethods: MethodFamily = () => {
  const { row } = createRowBuilder();
  return [
    row({
      name: 'exec.approval.resolve',
      params: 'ExecApprovalResolveParams',
      handle({ decision }) {
        throw invalidRequest(DECISIONS.has(decision) ? 'unknown approval id' : 'invalid decision');
      },
    }),
  ];
};
