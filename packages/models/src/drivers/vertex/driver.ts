import type { Environment } from '../../catalog/environment-keys.ts';
import type { ModelDriver, ModelEvent, ModelRequest } from '../../driver.ts';
import { filledString } from '../../json-shape.ts';
import { googleGenerativeAi } from '../google-generative-ai.ts';
import { createWireDriver, type WireDeps } from '../wire.ts';
import { type AccessToken, buyAccessToken, metadataProject } from './access-token.ts';
import { findGoogleIdentity } from './adc.ts';

/** Where models without a region are. */
const GLOBAL = 'global';

interface Access extends AccessToken {
  readonly project: string;
}

/** Gemini on Google Cloud: the generative API at a project's address, with the machine's application default credentials. */
export function createDriver(deps: WireDeps & { readonly env: Environment }): ModelDriver {
  const { env, clock } = deps;
  const inner = createWireDriver(
    {
      ...googleGenerativeAi,
      api: 'google-vertex',
      encode(request, secret) {
        const call = googleGenerativeAi.encode(request, undefined);
        return { ...call, headers: { authorization: `Bearer ${secret ?? ''}`, ...call.headers } };
      },
    },
    deps,
  );
  let access: Access | undefined;

  const obtain = async (signal: AbortSignal): Promise<Access> => {
    if (access !== undefined && access.until > clock.now()) return access;
    const identity = await findGoogleIdentity(env);
    const token = await buyAccessToken(deps, identity, signal);
    const named = filledString(env.GOOGLE_CLOUD_PROJECT) ?? filledString(env.GCLOUD_PROJECT) ?? identity.project;
    const project = named ?? (identity.kind === 'metadata' ? await metadataProject(deps, identity, signal) : undefined);
    if (project === undefined) throw new Error('Google Cloud needs a project: set GOOGLE_CLOUD_PROJECT.');
    access = { ...token, project };
    return access;
  };

  async function* stream(request: ModelRequest, _credential: unknown, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    let current: Access;
    try {
      current = await obtain(signal);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const fault = signal.aborted
        ? { message: 'Request was aborted', reason: 'aborted' as const }
        : { message, reason: 'auth' as const };
      yield { type: 'failed', failure: { ...fault, partial: false } };
      return;
    }
    const { token } = current;
    const sealed = { source: 'gcloud adc', reveal: () => token };
    for await (const event of inner.stream(addressed(request, current.project, env), sealed, signal)) {
      // Somebody may have logged in anew: the next call looks again.
      if (event.type === 'failed' && event.failure.reason === 'auth') access = undefined;
      yield event;
    }
  }
  return { api: 'google-vertex', stream };
}

function addressed(request: ModelRequest, project: string, env: Environment): ModelRequest {
  const { model } = request;
  const location = filledString(env.GOOGLE_CLOUD_LOCATION) ?? filledString(env.CLOUD_ML_REGION) ?? GLOBAL;
  const host = location === GLOBAL ? 'aiplatform.googleapis.com' : `${location}-aiplatform.googleapis.com`;
  const origin = model.baseUrl === '' ? `https://${host}/v1` : model.baseUrl.replace(/\/$/, '');
  const path = ['projects', project, 'locations', location].map(encodeURIComponent).join('/');
  return { ...request, model: { ...model, baseUrl: `${origin}/${path}/publishers/google` } };
}
