/**
 * The contract of a {@link org.mansio.spi.store.MailStore} as tests: every store extends the suite and passes it.
 */
@NullMarked
package org.mansio.spi.testkit.store;

import org.jspecify.annotations.NullMarked;
