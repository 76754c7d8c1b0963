/**
 * Mailets and matchers: what is done to a mail on its way through the chain, and to which of its recipients. A mailet is
 * an interface, a factory with a name and a set of settings; operators combine them in {@code mailetcontainer.xml}.
 */
@NullMarked
package org.mansio.spi.mailet;

import org.jspecify.annotations.NullMarked;
