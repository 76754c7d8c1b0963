/**
 * What a stranger programs against: interfaces and values, no implementation. Start at {@link org.mansio.spi.Plugin}.
 */
@NullMarked
package org.mansio.spi;

import org.jspecify.annotations.NullMarked;
