/**
 * Typed settings: a factory states what can be set, the kernel reads and checks it. Validation, the reference page and the
 * editor schemas all come from the same statement.
 */
@NullMarked
package org.mansio.spi.settings;

import org.jspecify.annotations.NullMarked;
