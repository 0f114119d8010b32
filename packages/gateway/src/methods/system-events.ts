/** System events that wait for the main session (reference agent/sessions.md §6.3). */
export interface SystemEvents {
  add(text: string): void;
  list(): readonly string[];
}

/** How many are kept; the oldest go first. */
const SYSTEM_EVENTS_LIMIT = 20;

export function createSystemEvents(): SystemEvents {
  const queue: string[] = [];
  return {
    add(text) {
      if (queue.at(-1) === text) return;
      queue.push(text);
      if (queue.length > SYSTEM_EVENTS_LIMIT) queue.shift();
    },
    list: () => [...queue],
  };
}
