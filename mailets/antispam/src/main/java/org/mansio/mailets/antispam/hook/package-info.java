/**
 * What the hooks of this module have in common: a factory made of a definition, who is exempt, when a check is made, and
 * what its finding leads to.
 */
@NullMarked
package org.mansio.mailets.antispam.hook;

import org.jspecify.annotations.NullMarked;
