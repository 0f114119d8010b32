import type { InnerCalls } from '@chela/gateway';
import type { GatewayControl } from '@chela/tools';

/** What tools may ask of the gateway itself. */
export interface GatewayDoor extends InnerCalls {
  restart: NonNullable<GatewayControl['restart']>;
}

/** The door of a gateway for tools: there before the gateway that opens it. */
export interface GatewaySeat extends GatewayDoor {
  take(door: GatewayDoor): void;
}

export function createGatewaySeat(): GatewaySeat {
  let door: GatewayDoor | undefined;
  const open = (): GatewayDoor => {
    if (door === undefined) throw new Error('The gateway is not there yet.');
    return door;
  };
  return {
    call: async (method, params) => open().call(method, params),
    restart: async (asked) => open().restart(asked),
    take(next) {
      door = next;
    },
  };
}
