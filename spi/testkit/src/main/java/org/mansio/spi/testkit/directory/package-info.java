/**
 * The contract of a {@link org.mansio.spi.directory.DirectoryFactory.Directory} as tests: every directory extends the suite
 * and passes it.
 */
@NullMarked
package org.mansio.spi.testkit.directory;

import org.jspecify.annotations.NullMarked;
