/**
 * Checks of the client itself: whether it waits for its turn, the name that it gives itself, the name of its address, and
 * its encryption (RFC 5321 §4.1.4, §4.3.1; RFC 2505 §1.4).
 */
@NullMarked
package org.mansio.mailets.antispam.client;

import org.jspecify.annotations.NullMarked;
