// What Clone accepts as an event. Generated from events.schema.json by scripts/schema.py: do not edit.

/** Which modifier keys were held. */
export interface Modifiers {
  shift?: boolean;
  ctrl?: boolean;
  alt?: boolean;
  meta?: boolean;
}

/** Where an event comes from. */
export type Source = "desktop" | "cli" | "mobile" | "smartglass" | "agent" | "integration";

/** A run of events begins. */
export interface SessionStarted {
  /** The producer's own id. Sending it again changes nothing. Not empty. At most 512 characters. */
  id: string;
  /** Not empty. At most 512 characters. */
  session_id: string;
  /** By the producer's clock. An ISO-8601 date-time with its offset from UTC. */
  occurred_at: string;
  source: Source;
  /** The provider behind an integration, or a free label such as claude-code. */
  source_detail?: string | null;
  type: "session.started";
}

/** A run of events has ended. */
export interface SessionStopped {
  /** The producer's own id. Sending it again changes nothing. Not empty. At most 512 characters. */
  id: string;
  /** Not empty. At most 512 characters. */
  session_id: string;
  /** By the producer's clock. An ISO-8601 date-time with its offset from UTC. */
  occurred_at: string;
  source: Source;
  /** The provider behind an integration, or a free label such as claude-code. */
  source_detail?: string | null;
  type: "session.stopped";
}

/** An application came to the front. */
export interface AppFocused {
  /** The producer's own id. Sending it again changes nothing. Not empty. At most 512 characters. */
  id: string;
  /** Not empty. At most 512 characters. */
  session_id: string;
  /** By the producer's clock. An ISO-8601 date-time with its offset from UTC. */
  occurred_at: string;
  source: Source;
  /** The provider behind an integration, or a free label such as claude-code. */
  source_detail?: string | null;
  type: "app.focused";
  /** Not empty. */
  app: string;
  window_title: string | null;
}

/** A picture of the screen was taken and lies at `uri`. */
export interface CaptureFrame {
  /** The producer's own id. Sending it again changes nothing. Not empty. At most 512 characters. */
  id: string;
  /** Not empty. At most 512 characters. */
  session_id: string;
  /** By the producer's clock. An ISO-8601 date-time with its offset from UTC. */
  occurred_at: string;
  source: Source;
  /** The provider behind an integration, or a free label such as claude-code. */
  source_detail?: string | null;
  type: "capture.frame";
  /** Not empty. */
  uri: string;
  content_hash: string | null;
  /** Whole number. At least 1. */
  width: number;
  /** Whole number. At least 1. */
  height: number;
}

/** A key went down or up. Which key is never recorded. */
export interface InputKeystroke {
  /** The producer's own id. Sending it again changes nothing. Not empty. At most 512 characters. */
  id: string;
  /** Not empty. At most 512 characters. */
  session_id: string;
  /** By the producer's clock. An ISO-8601 date-time with its offset from UTC. */
  occurred_at: string;
  source: Source;
  /** The provider behind an integration, or a free label such as claude-code. */
  source_detail?: string | null;
  type: "input.keystroke";
  event_type: "press" | "release";
  modifiers: Modifiers;
}

/** A pointer button went down or up at a place on the screen. */
export interface InputClick {
  /** The producer's own id. Sending it again changes nothing. Not empty. At most 512 characters. */
  id: string;
  /** Not empty. At most 512 characters. */
  session_id: string;
  /** By the producer's clock. An ISO-8601 date-time with its offset from UTC. */
  occurred_at: string;
  source: Source;
  /** The provider behind an integration, or a free label such as claude-code. */
  source_detail?: string | null;
  type: "input.click";
  /** Whole number. */
  x: number;
  /** Whole number. */
  y: number;
  button: "left" | "right" | "middle" | "other";
  event_type: "press" | "release";
  modifiers?: Modifiers;
}

/** The wheel turned at a place on the screen. */
export interface InputScroll {
  /** The producer's own id. Sending it again changes nothing. Not empty. At most 512 characters. */
  id: string;
  /** Not empty. At most 512 characters. */
  session_id: string;
  /** By the producer's clock. An ISO-8601 date-time with its offset from UTC. */
  occurred_at: string;
  source: Source;
  /** The provider behind an integration, or a free label such as claude-code. */
  source_detail?: string | null;
  type: "input.scroll";
  /** Whole number. */
  x: number;
  /** Whole number. */
  y: number;
  dx: number;
  dy: number;
  modifiers?: Modifiers;
}

/** What was typed to an agent. */
export interface AgentPrompt {
  /** The producer's own id. Sending it again changes nothing. Not empty. At most 512 characters. */
  id: string;
  /** Not empty. At most 512 characters. */
  session_id: string;
  /** By the producer's clock. An ISO-8601 date-time with its offset from UTC. */
  occurred_at: string;
  source: Source;
  /** The provider behind an integration, or a free label such as claude-code. */
  source_detail?: string | null;
  type: "agent.prompt";
  /** Not empty. */
  agent: string;
  /** Not empty. */
  prompt: string;
}

/** What an agent said. */
export interface AgentResponse {
  /** The producer's own id. Sending it again changes nothing. Not empty. At most 512 characters. */
  id: string;
  /** Not empty. At most 512 characters. */
  session_id: string;
  /** By the producer's clock. An ISO-8601 date-time with its offset from UTC. */
  occurred_at: string;
  source: Source;
  /** The provider behind an integration, or a free label such as claude-code. */
  source_detail?: string | null;
  type: "agent.response";
  /** Not empty. */
  agent: string;
  /** Not empty. */
  response: string;
  /** Id of the prompt this answers. */
  in_response_to?: string | null;
}

/** `source_detail` is required when `source` is "integration". */
export type Origin =
  | { source: "integration"; source_detail: string }
  | { source: Exclude<Source, "integration">; source_detail?: string | null };

/** One thing that happened where a person works with agents. `type` tells the variants apart; a field that a variant does not name is refused. */
export type CloneEvent = Origin &
  (
    | SessionStarted
    | SessionStopped
    | AppFocused
    | CaptureFrame
    | InputKeystroke
    | InputClick
    | InputScroll
    | AgentPrompt
    | AgentResponse
  );
