import { noCredentialText } from './credentials.ts';
import { authStorePath } from './store-file.ts';

/** The sentence about a provider whose key an agent does not have (reference agent/models.md §4). */
export function missingKeyText(provider: string, agentDir: string): string {
  return noCredentialText(provider, authStorePath(agentDir), agentDir);
}
