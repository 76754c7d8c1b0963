package org.mansio.server.admin;

/**
 * What a reload did to one part.
 *
 * @param part such as {@code certificates}
 * @param reloaded whether the new configuration is in force; if not, the old one still is
 * @param text what was done or why not
 */
public record ReloadResult(String part, boolean reloaded, String text) {}
