/**
 * The operations of an administrator as MXBeans (JSR 174) with open types only, under the JMX domain {@code org.mansio}:
 * interfaces and the records they answer with. The command line and later interfaces call them and add nothing.
 *
 * <p>Errors are exceptions of the JDK, so that a client needs none of our classes: {@link
 * java.util.NoSuchElementException} for what isn't there, {@link IllegalArgumentException} for what can't be done as asked,
 * {@link IllegalStateException} for what can't be done now; the message tells what to do. Points in time are ISO 8601 in
 * UTC. An empty text as a condition means any.
 */
@NullMarked
package org.mansio.server.admin;

import org.jspecify.annotations.NullMarked;
