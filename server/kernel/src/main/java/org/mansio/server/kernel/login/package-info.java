/**
 * Logging in, as far as all protocols share it: the SASL mechanisms (RFC 4422) of {@code server.xml}, and the guard against
 * the guessing of passwords.
 */
@NullMarked
package org.mansio.server.kernel.login;

import org.jspecify.annotations.NullMarked;
