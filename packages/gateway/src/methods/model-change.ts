import type { ModelRef } from '@chela/models';
import { invalidRequest } from '@chela/protocol';
import type { GatewayServices } from '../method.ts';
import type { ModelChange } from './session-patch.ts';

/**
 * Checks the `model` of a patch against aliases and the allowlist. A bare name belongs to the default model's provider;
 * the default model itself is stored as no override.
 */
export async function readModelChange(
  services: GatewayServices,
  agentId: string,
  raw: string | null | undefined,
  fallback: ModelRef,
): Promise<ModelChange> {
  if (raw === undefined) return undefined;
  if (raw === null) return { clear: true };
  const name = raw.trim();
  if (name === '') throw invalidRequest('invalid model: empty');
  const ref = services.models.parseRef(fullReference(services, name, fallback));
  if (ref === undefined) throw invalidRequest(`invalid model: ${name}`);
  if (!(await services.models.allowed(ref, agentId))) {
    throw invalidRequest(`model not allowed: ${ref.provider}/${ref.model}`);
  }
  const isDefault = ref.provider === fallback.provider && ref.model === fallback.model;
  return isDefault ? { clear: true } : { set: ref };
}

function fullReference(services: GatewayServices, name: string, fallback: ModelRef): string {
  if (name.includes('/')) return name;
  const models = services.config.current().agents?.defaults?.models ?? {};
  const isAlias = Object.values(models).some(({ alias }) => alias?.trim().toLowerCase() === name.toLowerCase());
  return isAlias ? name : `${fallback.provider}/${name}`;
}
