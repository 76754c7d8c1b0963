/**
 * What every {@code MailQueue} has to keep: the contract suite, and a transport that does as a test tells it. Durability is
 * what RFC 5321, section 6.1 asks for.
 */
@NullMarked
package org.mansio.spi.testkit.queue;

import org.jspecify.annotations.NullMarked;
