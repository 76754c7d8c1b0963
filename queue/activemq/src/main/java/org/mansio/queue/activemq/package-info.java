/**
 * The queue on JMS (Jakarta Messaging 3.1), kept by ActiveMQ: a broker embedded in the server or an external one.
 * Nothing outside this package knows of either.
 */
@NullMarked
package org.mansio.queue.activemq;

import org.jspecify.annotations.NullMarked;
