/**
 * Plugins: found by {@link java.util.ServiceLoader} on the application's class path (what the server ships) and below
 * {@code plugins/<name>/*.jar} (each folder with a class loader of its own); what they contribute, by name.
 */
@NullMarked
package org.mansio.server.kernel.plugin;

import org.jspecify.annotations.NullMarked;
