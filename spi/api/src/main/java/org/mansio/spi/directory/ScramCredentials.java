package org.mansio.spi.directory;

import org.mansio.spi.mail.MailAddress;

/**
 * What a SCRAM server keeps of a password (RFC 5802 §3).
 *
 * @param user the user's canonical address
 * @param salt not to be changed
 * @param iterations at least 4096
 * @param storedKey not to be changed
 * @param serverKey not to be changed
 */
public record ScramCredentials(
    MailAddress user, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {}
