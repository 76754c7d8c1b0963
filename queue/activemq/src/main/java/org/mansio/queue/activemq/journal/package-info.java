/**
 * The queue's log in the server itself: transactions in ActiveMQ's journal, the file format beneath its KahaDB store, and an
 * index of what is alive in memory. No broker stands between.
 */
@NullMarked
package org.mansio.queue.activemq.journal;

import org.jspecify.annotations.NullMarked;
