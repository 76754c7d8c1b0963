/**
 * Logins by a token of an authorisation server: OAUTHBEARER (RFC 7628) and its forerunner XOAUTH2. Tokens are JWTs
 * (RFC 7519), checked against the server's published keys (RFC 7517).
 */
@NullMarked
package org.mansio.protocols.sasl.oauth;

import org.jspecify.annotations.NullMarked;
