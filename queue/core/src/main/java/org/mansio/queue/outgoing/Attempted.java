package org.mansio.queue.outgoing;

import java.util.List;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.SpooledMail;

/**
 * An attempt that is over.
 *
 * @param notices mails for the chain that must become durable with the outcome
 */
record Attempted(Delivery delivery, AttemptOutcome outcome, List<SpooledMail> notices) {}
