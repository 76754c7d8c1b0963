/**
 * What a client asked for by an extension of SMTP leaves right: to a peer that offers the extension, and to one that
 * doesn't. The standard of each stands with its tests.
 */
@NullMarked
package org.mansio.dist.extensions;

import org.jspecify.annotations.NullMarked;
