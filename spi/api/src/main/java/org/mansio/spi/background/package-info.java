/**
 * What acts by itself: neither when mail comes, as mailets do, nor when a client comes, as listeners do, but at times of its
 * own. Each is configured by its own element in {@code server.xml}.
 */
@NullMarked
package org.mansio.spi.background;

import org.jspecify.annotations.NullMarked;
