/**
 * SASL mechanisms that send the password itself (RFC 4422): PLAIN and LOGIN. They know nothing of SMTP and serve any protocol
 * that carries SASL.
 */
@NullMarked
package org.mansio.protocols.smtp.sasl;

import org.jspecify.annotations.NullMarked;
