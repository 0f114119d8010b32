import { join } from 'node:path';
import type { PolicyBundle, PolicyState } from '@chela/defender';
import { type CliContext, CliFailure } from '../context.ts';
import { arrayAt, numberAt, textAt } from '../json-reader.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import { askGateway, hasGateway } from './ask-gateway.ts';
import { defenderSection, trustedKeys } from './defender-section.ts';

export interface Policies extends PolicyState {
  /** Newest first. */
  readonly bundles: readonly PolicyBundle[];
}

/** The policies of this installation: of the gateway where one has the say, else on the disk. */
export interface PolicyAccess {
  list(): Promise<Policies>;
  /** Throws with the reason when the bundle is refused. */
  apply(document: unknown): Promise<{ readonly id: string; readonly version: number }>;
  rollBack(version: number | null): Promise<void>;
}

export async function openPolicies(context: CliContext, loaded: LoadedConfig): Promise<PolicyAccess> {
  return (await hasGateway(context, loaded)) ? gatewayPolicies(context, loaded) : storedPolicies(context, loaded);
}

function gatewayPolicies(context: CliContext, loaded: LoadedConfig): PolicyAccess {
  const ask = (method: string, params: unknown): Promise<unknown> => askGateway(context, loaded, method, params);
  return {
    async list() {
      const { readSignedBundle } = await import('@chela/defender');
      const answer = await ask('security.policy.list', {});
      // The gateway has checked the signatures when it accepted them.
      const bundles = arrayAt(answer, 'bundles').map((bundle) => readSignedBundle({ bundle, signature: '-' }).bundle);
      return { active: numberAt(answer, 'active') ?? null, highest: numberAt(answer, 'highest') ?? 0, bundles };
    },
    async apply(document) {
      const answer = await ask('security.policy.apply', { document });
      return { id: textAt(answer, 'id') ?? '', version: numberAt(answer, 'version') ?? 0 };
    },
    async rollBack(version) {
      await ask('security.policy.rollback', { version });
    },
  };
}

async function storedPolicies(context: CliContext, { current, paths }: LoadedConfig): Promise<PolicyAccess> {
  const { BundleRefusedError, createPolicyStore, readSignedBundle, readPolicySettings } = await import(
    '@chela/defender'
  );
  const store = createPolicyStore({ directory: join(paths.stateDir, 'chela', 'policy'), now: context.now });
  return {
    list: async () => ({ ...(await store.state()), bundles: await store.list() }),
    async apply(document) {
      try {
        await readPolicySettings(readSignedBundle(document).bundle, defenderSection(current), context.env);
        return await store.accept(document, trustedKeys(current));
      } catch (error) {
        if (!(error instanceof BundleRefusedError)) throw error;
        throw new CliFailure([`Not accepted (${error.problem}): ${error.message}`]);
      }
    },
    async rollBack(version) {
      if (version !== null && !(await store.list()).some((bundle) => bundle.version === version)) {
        throw new CliFailure([`Policy version ${version} is not kept here.`, 'See: chela policy show']);
      }
      await store.rollBack(version);
    },
  };
}
