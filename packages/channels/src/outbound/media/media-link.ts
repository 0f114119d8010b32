import { ChannelError } from '../../contract/channel-error.ts';
import type { ChannelFacts } from '../../contract/facts.ts';
import { isWebAddress } from './create-outbound-media.ts';

/**
 * The address that stands for a file on a channel that uploads none. A file of this machine has none, and where it lies is
 * nobody's business: throws ChannelError `refused`. Pure.
 */
export function mediaLink(source: string, { label }: ChannelFacts): string {
  if (isWebAddress(source)) return source;
  throw new ChannelError('refused', `${label} takes no files, only web addresses of files`);
}
