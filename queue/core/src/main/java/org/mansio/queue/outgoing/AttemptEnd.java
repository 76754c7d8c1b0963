package org.mansio.queue.outgoing;

import java.time.Duration;
import java.util.Optional;

/**
 * What the end of an attempt tells the scheduler.
 *
 * @param connections opened for it, as far as the transport can tell
 * @param error of the attempt; empty when all went well
 */
record AttemptEnd(Duration took, Feedback feedback, int connections, Optional<String> error) {}
