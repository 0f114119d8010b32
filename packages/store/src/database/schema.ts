import type { Generated } from 'kysely';

/** The tables as Kysely sees them. Migrations create them; JSON columns hold text. Times are milliseconds since the epoch. */
export interface Schema {
  /** One row: the process that may write. */
  owner: {
    id: number;
    generation: string;
    pid: number;
    started: string;
    taken_at: number;
  };
  migrations: { name: string; applied_at: number };
  inbox: {
    /** Order of arrival. */
    seq: Generated<number>;
    run_id: string;
    source: string;
    agent_id: string;
    session_key: string;
    session_id: string | null;
    state: string;
    reason: string | null;
    body: string;
    response: string | null;
    received_at: number;
    ended_at: number | null;
    attempts: number;
    /** The lease: the process generation that accepted or runs the row. */
    generation: string;
  };
  tool_calls: {
    seq: Generated<number>;
    inbox_seq: number;
    tool_call_id: string;
    tool: string;
    arguments: string;
    side_effects: string;
    state: string;
  };
  outbox: {
    id: Generated<number>;
    inbox_seq: number;
    run_id: string;
    session_key: string;
    state: string;
    payload: string;
    created_at: number;
    published_at: number | null;
  };
  channel_inbox: {
    /** Order of arrival. */
    seq: Generated<number>;
    channel: string;
    account_id: string;
    /** Conversation with its thread, as the kernel names it. */
    conversation: string;
    message_id: string;
    state: string;
    reason: string | null;
    /** The event as JSON; NULL once nothing can need it any more. */
    event: string | null;
    /** Of the batch a row was routed with. */
    run_id: string | null;
    /** What was decided when the batch was routed, as JSON; stands on its last row. */
    plan: string | null;
    received_at: number;
    ended_at: number | null;
    /** The process that received it. */
    generation: string;
  };
  approvals: {
    id: string;
    state: string;
    request: string;
    requested_by: string;
    continuation: string | null;
    created_at: number;
    expires_at: number;
    decision: string | null;
    resolved_by: string | null;
    resolved_at: number | null;
  };
  /** What each budget scope has spent and reserved. */
  budget_spend: {
    scope: string;
    micros: number;
    tokens: number;
    reserved_micros: number;
    reserved_tokens: number;
    updated_at: number;
  };
  /** Model calls under way that have reserved money. */
  budget_reservations: {
    id: string;
    scopes: string;
    micros: number;
    tokens: number;
    generation: string;
    created_at: number;
  };
  subagents: {
    /** Order in which they were started. */
    seq: Generated<number>;
    run_id: string;
    session_key: string;
    requester_key: string;
    state: string;
    label: string;
    task: string;
    model: string | null;
    cleanup: string;
    turn: string;
    started_at: number;
    ended_at: number | null;
    status: string | null;
    reply: string | null;
    error: string | null;
    archive_at: number | null;
  };
  deliveries: {
    id: Generated<number>;
    key: string;
    part_index: number;
    channel: string;
    account_id: string;
    target: string;
    thread_id: string | null;
    /** Channel, account, target and thread in one: the conversation. */
    lane: string;
    state: string;
    part: string;
    attempts: number;
    failures: number;
    /** The lease: the process generation that sends the row. */
    generation: string;
    created_at: number;
    /** Set while the row holds its place in its conversation. */
    ready_at: number | null;
    ended_at: number | null;
    receipt: string | null;
    reason: string | null;
    run_id: string | null;
    session_key: string | null;
    agent_id: string | null;
    answers: string | null;
    best_effort: number;
    /** What a session is told once it is delivered, as JSON; on the first part. */
    mirror: string | null;
  };
  occurrences: {
    id: string;
    job_id: string;
    due_at: number;
    state: string;
    job: string;
    /** The lease: the process generation that planned or runs the row. */
    generation: string;
    started_at: number | null;
    ended_at: number | null;
    result: string | null;
  };
  sessions: {
    seq: Generated<number>;
    key: string;
    agent_id: string;
    session_id: string;
    updated_at: number;
    label: string | null;
    spawned_by: string | null;
    /** Lower-case text that `search` looks in. */
    search: string;
    entry: string;
    /** The `sessions.json` this session is kept in. */
    file: string;
    /** Revision of the last change made here; 0 when the row stands as imported. Compare with `session_files.revision`. */
    revision: number;
  };
  /** Sessions deleted here that the file may still hold, so that an import does not bring them back. */
  session_tombstones: { key: string; file: string; deleted_at: number };
  /** Each `sessions.json` that was imported or mirrored. Rows with a revision at or below `revision` agree with the file. */
  session_files: { file: string; size: number; mtime_ms: number; revision: number };
  /** One transcript: the log of a session id, or a part cut off from one. */
  logs: {
    id: Generated<number>;
    session_id: string;
    /** live, reset, deleted: the log of its session id; bak: what a truncation cut off. */
    kind: string;
    created_at: number;
    /** 1 while the log has a header line. */
    header: number;
    /** The JSONL file, once known. */
    file: string | null;
    /** Bytes of the file that are in the log. */
    file_bytes: number;
    /** Every entry up to here is in the file; -1 when only a comparison by id can tell. */
    file_seq: number;
    archived_at: number | null;
    /** Where the file goes when the log is archived; NULL while the mirror is off. */
    archive_file: string | null;
    /** 1 when the move to `archive_file` was done or is not wanted. */
    archive_done: number;
    /** The file of the log that this one began as a copy of. */
    parent_file: string | null;
  };
  entries: {
    seq: Generated<number>;
    log_id: number;
    id: string;
    parent_id: string | null;
    type: string;
    /** Role of a message; NULL for other types. */
    role: string | null;
    /** The entry as one line of JSON, members in the original's order. */
    line: string;
  };
  /** Results of tools that were too long for a transcript, whole. */
  tool_results: {
    seq: Generated<number>;
    handle: string;
    session_key: string;
    tool: string;
    body: string;
    chars: number;
    created_at: number;
  };
  audit: { seq: number; at: number; body: string; hash: string };
  /** One row. */
  audit_extent: { id: number; base_seq: number; base_hash: string; head_seq: number; head_hash: string };
  /** One row: every entry up to `entry_seq` is in the sums below. */
  usage_progress: { id: number; entry_seq: number };
  /** A transcript whose use of models is summed: from the log, or from `file` as long as that was not imported. */
  usage_transcripts: {
    session_id: string;
    agent_id: string;
    file: string | null;
    size: number;
    mtime_ms: number;
    /** Time of the newest message of a person; the next answer's latency counts from it. */
    last_user_at: number | null;
    last_at: number;
  };
  /** DaySums of one UTC day as JSON. */
  usage_days: { session_id: string; day: string; body: string };
  /** ModelSums of one UTC day over all transcripts as JSON. */
  usage_totals: { day: string; body: string };
}
