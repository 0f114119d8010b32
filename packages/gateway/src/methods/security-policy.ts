import { invalidRequest } from '@chela/protocol';
import type { MethodDefinition } from '../method.ts';
import type { SecurityDesk } from '../security-desk.ts';
import { ownMethod } from './own-method.ts';

/** Policy bundles: which are kept, which is in force, and changing that (reference defender/defender.md §B.6). */
export function policyMethods(security: SecurityDesk): readonly MethodDefinition[] {
  return [
    ownMethod({
      name: 'security.policy.list',
      scope: 'read',
      async handle() {
        const { policies } = await security.service();
        const [state, bundles] = await Promise.all([policies.state(), policies.list()]);
        return { ...state, bundles };
      },
    }),
    ownMethod({
      name: 'security.policy.apply',
      scope: 'admin',
      async handle({ document }) {
        const service = await security.service();
        try {
          const { id, version } = await service.applyPolicy(document);
          return { ok: true, id, version };
        } catch (error) {
          throw isRefusal(error) ? invalidRequest(error.message, { problem: error.problem }) : error;
        }
      },
    }),
    ownMethod({
      name: 'security.policy.rollback',
      scope: 'admin',
      async handle({ version }) {
        if (version !== null && !(typeof version === 'number' && Number.isSafeInteger(version))) {
          throw invalidRequest('version must be a whole number, or null for the configuration alone');
        }
        const service = await security.service();
        const kept = await service.policies.list();
        if (version !== null && !kept.some((bundle) => bundle.version === version)) {
          throw invalidRequest(`policy version ${version} is not kept here`);
        }
        await service.rollBackPolicy(version);
        return { ok: true, active: version };
      },
    }),
  ];
}

/** By its name: its class is loaded with the defender, not with the gateway. */
function isRefusal(error: unknown): error is Error & { readonly problem: string } {
  return error instanceof Error && 'problem' in error && typeof error.problem === 'string';
}
