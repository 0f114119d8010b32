import type { AutomationSeat } from '../automation-seat.ts';
import type { ChannelsSeat } from './channels-seat.ts';

/** The way of an answer out of the gateway: to its channel, or where the agent's heartbeats report. */
export function deliverAnswers(
  channels: Pick<ChannelsSeat, 'deliver'>,
  seat: Pick<AutomationSeat, 'alert'>,
): ChannelsSeat['deliver'] {
  return (request, outcome) =>
    request.heartbeat === undefined ? channels.deliver(request, outcome) : seat.alert(request, outcome);
}
