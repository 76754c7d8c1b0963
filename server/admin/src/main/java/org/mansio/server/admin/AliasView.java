package org.mansio.server.admin;

/**
 * One line of the alias table.
 *
 * @param kind one of {@code error, address, group, forward, domain, regex, catch_all}
 */
public record AliasView(String kind, String source, String target) {}
