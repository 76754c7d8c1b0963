package org.mansio.queue;

import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.mansio.queue.outgoing.Outgoing;
import org.mansio.queue.outgoing.ProductWriter;
import org.mansio.spi.queue.MailProcessor;

/**
 * What the spool's consumers and the mails in their hands share.
 *
 * @param doubts mails whose transaction failed: they come again, and may have been delivered
 * @param room one permit for each mail that may enter the chain: memory stays bounded also while a mailet hangs
 * @param crash tells mail that may have been delivered before the last stop
 */
record SpoolContext(
    MailProcessor chain,
    Outgoing outgoing,
    ProductWriter products,
    BooleanSupplier closing,
    SpoolDoubts doubts,
    Semaphore room,
    CrashMarker crash) {}
