/**
 * Listeners: a protocol on a port. Each is configured by its own element in {@code server.xml}.
 */
@NullMarked
package org.mansio.spi.listener;

import org.jspecify.annotations.NullMarked;
