/**
 * Configuration, plugins, wiring and life cycle of the server. Plugins are found by java.util.ServiceLoader, parts are
 * wired by Guice (JSR 330).
 */
@NullMarked
package org.mansio.server.kernel;

import org.jspecify.annotations.NullMarked;
