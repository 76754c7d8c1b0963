/** The packaged product in processes of its own, for end-to-end tests. No standard applies. */
@NullMarked
package org.mansio.dist.server;

import org.jspecify.annotations.NullMarked;
