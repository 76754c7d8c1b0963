/**
 * SMTP hooks that keep unwanted mail out while the client waits, as RFC 2505 recommends: lists, checks of names and
 * addresses, greylisting, limits. Each is one factory with its settings; all are off until {@code server.xml} names them.
 */
@NullMarked
package org.mansio.mailets.antispam;

import org.jspecify.annotations.NullMarked;
