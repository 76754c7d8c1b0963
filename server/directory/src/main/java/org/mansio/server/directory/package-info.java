/**
 * Users, domains and aliases in an SQL database: a file of the installation or PostgreSQL. Passwords are kept as Argon2id
 * hashes (RFC 9106) with SCRAM verifiers (RFC 5802, RFC 7677) beside.
 */
@NullMarked
package org.mansio.server.directory;

import org.jspecify.annotations.NullMarked;
