/**
 * Where local mail lies. A delivery counts only when it is on stable storage, and the same delivery twice leaves one mail.
 */
@NullMarked
package org.mansio.spi.store;

import org.jspecify.annotations.NullMarked;
