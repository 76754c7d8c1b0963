/**
 * What the queue asks of the store beneath it: records that are appended all or none, a spool that is read in batches, and
 * entries that are held until they end. It is the seam behind which JMS (Jakarta Messaging 3.1) stays.
 */
@NullMarked
package org.mansio.queue.log;

import org.jspecify.annotations.NullMarked;
