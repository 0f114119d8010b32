import { expect, it } from 'vitest';
import { isForbiddenAddress, isPrivateAddress } from './private-address.ts';

it('an address that cannot be read belongs to no network and is refused all the same', () => {
  for (const address of ['no:ip', '::g', '12345::']) {
    expect([isPrivateAddress(address), isForbiddenAddress(address)]).toEqual([false, true]);
  }
});
