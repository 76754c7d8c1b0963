/**
 * Factories as values: a name, a description, settings and a way to make an instance. What the directory can't answer now
 * becomes a temporary failure here, once for all mailets and matchers.
 */
@NullMarked
package org.mansio.mailets.standard.definition;

import org.jspecify.annotations.NullMarked;
