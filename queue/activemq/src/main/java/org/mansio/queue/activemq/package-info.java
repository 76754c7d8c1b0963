/**
 * The queue kept by ActiveMQ: in its journal within the server, or on JMS (Jakarta Messaging 3.1) in a broker of another process
 * that several servers may share. Nothing outside this package knows of either.
 */
@NullMarked
package org.mansio.queue.activemq;

import org.jspecify.annotations.NullMarked;
