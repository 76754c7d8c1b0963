/**
 * Who lives here: local domains, users and aliases. Passwords never leave a directory unless the operator says
 * so for a user; SCRAM verifiers (RFC 5802) do.
 */
@NullMarked
package org.mansio.spi.directory;

import org.jspecify.annotations.NullMarked;
