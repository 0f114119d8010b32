import type { EventStream } from './event-stream.ts';
import {
  type FunctionCallItem,
  failedState,
  messageItem,
  type ResponseHead,
  type ResponseUsage,
  responseResource,
  textPart,
} from './responses-resource.ts';

/** The events of one streamed response, in the order of the contract: opened → text → calls → completed | failed. */
export interface ResponsesStream {
  say(delta: string): void;
  complete(fallbackText: string, usage: ResponseUsage): void;
  /** Ends with calls that the client has to answer. */
  handOver(calls: readonly FunctionCallItem[], usage: ResponseUsage): void;
  fail(message: string): void;
}

export function openResponsesStream(events: EventStream, head: ResponseHead, itemId: string): ResponsesStream {
  let said = '';
  const send = (type: string, data: Readonly<Record<string, unknown>>): void => events.send({ type, ...data }, type);
  const at = { item_id: itemId, output_index: 0, content_index: 0 } as const;
  const opened = responseResource(head, { status: 'in_progress', output: [] });
  send('response.created', { response: opened });
  send('response.in_progress', { response: opened });
  send('response.output_item.added', { output_index: 0, item: messageItem(itemId, undefined, 'in_progress') });
  send('response.content_part.added', { ...at, part: textPart('') });

  const say = (delta: string): void => {
    said += delta;
    send('response.output_text.delta', { ...at, delta });
  };
  const closeMessage = () => {
    const item = messageItem(itemId, said, 'completed');
    send('response.output_text.done', { ...at, text: said });
    send('response.content_part.done', { ...at, part: textPart(said) });
    send('response.output_item.done', { output_index: 0, item });
    return item;
  };
  const sendCall = (item: FunctionCallItem, index: number): void => {
    const { id, arguments: args } = item;
    const place = { item_id: id, output_index: index };
    send('response.output_item.added', { output_index: index, item: { ...item, arguments: '' } });
    send('response.function_call_arguments.delta', { ...place, delta: args });
    send('response.function_call_arguments.done', { ...place, name: item.name, arguments: args });
    send('response.output_item.done', { output_index: index, item });
  };
  return {
    say,
    handOver(calls, usage) {
      const output = [closeMessage(), ...calls];
      for (const [index, call] of calls.entries()) sendCall(call, index + 1);
      send('response.completed', { response: responseResource(head, { status: 'incomplete', output, usage }) });
      events.done();
    },
    complete(fallbackText, usage) {
      if (said === '') say(fallbackText);
      const item = closeMessage();
      send('response.completed', { response: responseResource(head, { status: 'completed', output: [item], usage }) });
      events.done();
    },
    fail(message) {
      send('response.failed', { response: responseResource(head, failedState(message)) });
      events.done();
    },
  };
}
