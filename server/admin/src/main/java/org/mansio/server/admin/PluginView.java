package org.mansio.server.admin;

import java.util.List;

/**
 * One plugin.
 *
 * @param spiVersion what it was built for
 * @param source the folder it came from; {@code built in} for what ships with the server
 * @param contributions what it adds, such as {@code mailet AddFooter}
 */
public record PluginView(
    String name, String version, int spiVersion, String source, List<String> contributions) {}
